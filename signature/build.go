package signature

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// NewRuleset makes a set of rules, which must not change any more.
func NewRuleset(rules []*rule.Signature) *Ruleset {
	r := &Ruleset{sigs: make([]sig, 0, len(rules)), events: map[string][]uint32{}, appEvents: map[string][]uint32{}, late: map[string][]uint32{}}
	for _, s := range rules {
		r.sigs = append(r.sigs, classify(s))
	}
	inOrder(r.sigs)
	r.pairs = newPairs(r.sigs)
	for i := range r.sigs {
		r.sigs[i].pair = r.pairs.index(&r.sigs[i].Head)
	}
	b := builder{rules: r, buffers: map[bufferPlace]*form{}}
	for i := range r.sigs {
		b.add(uint32(i), &r.sigs[i])
	}
	b.finish()
	return r
}

// builder collects what is looked for where.
type builder struct {
	rules   *Ruleset
	buffers map[bufferPlace]*form
	order   []bufferPlace
	ip      []uint32
}

type place struct {
	c class
	d wire.Dir
}

type bufferPlace struct {
	b     wire.Buffer
	d     wire.Dir
	forms string
}

func (b *builder) add(n uint32, s *sig) {
	r := b.rules
	r.hushes = r.hushes || s.Hush != 0
	for i := range s.Vars {
		r.asksCaught = r.asksCaught || !s.Vars[i].Store
	}
	switch s.kind {
	case ofAddresses:
		b.ip = append(b.ip, n)
	case ofProtocol:
		r.protocols = append(r.protocols, n)
	case ofHeaders:
		b.eachPlace(s, func(p place) { r.headers[p.c][p.d] = append(r.headers[p.c][p.d], n) })
	case ofEvents:
		for _, e := range s.Events {
			r.events[e.Name] = append(r.events[e.Name], n)
			r.streamEvents = r.streamEvents || e.Kind == rule.StreamEvent
		}
	case ofPayload:
		b.notice(n, s)
	case ofTransaction:
		b.transaction(n, s)
	}
}

// notice has a rule noticed in the payload of all packets that it may match.
func (b *builder) notice(n uint32, s *sig) {
	f := fastOf(s, -1)
	b.eachPlace(s, func(at place) {
		p := &b.rules.payload[at.c][at.d]
		if f == nil {
			p.plain = append(p.plain, n)
			return
		}
		p.section(s.pair, s.apps, serverPort(&s.Head, at.d)).add(n, f)
	})
}

func (b *builder) eachPlace(s *sig, do func(place)) {
	for _, c := range classesOf(s.Signature) {
		for d := range wire.Dir(2) {
			if s.Direction[d] {
				do(place{c, d})
			}
		}
	}
}

// must tells whether a condition cannot hold unless its buffer is there.
func must(c *rule.Condition) bool {
	return !c.Absent && (c.Index.Kind == rule.Any || c.Index.Kind == rule.All || c.Index.Kind == rule.At && !c.Index.OrOutside)
}

// transaction finds the place where a rule is noticed first.
func (b *builder) transaction(n uint32, s *sig) {
	if fastOf(s, -1) != nil {
		s.gated = true
		b.notice(n, s)
		return
	}
	if i := s.Fast.Condition; i >= 0 && i < len(s.Buffers) && s.Fast.Step >= 0 && must(&s.Buffers[i]) {
		b.watch(n, &s.Buffers[i], fastOf(s, i))
		return
	}
	for _, e := range s.Events {
		if e.Kind == rule.AppEvent {
			b.rules.appEvents[e.Name] = append(b.rules.appEvents[e.Name], n)
			return
		}
	}
	for i := range s.Buffers {
		if must(&s.Buffers[i]) {
			b.watch(n, &s.Buffers[i], nil)
			return
		}
	}
	if len(s.Files) > 0 {
		for _, id := range []wire.Buffer{wire.FileData, wire.FileName} {
			b.watch(n, &rule.Condition{Buffer: id, Dirs: s.Direction}, nil)
		}
		return
	}
	apps := s.apps
	if len(apps) == 0 {
		apps = []string{""}
	}
	for _, a := range apps {
		b.rules.late[a] = append(b.rules.late[a], n)
	}
}

// watch has rule n noticed at a buffer.
func (b *builder) watch(n uint32, c *rule.Condition, f *fast) {
	var names []string
	for _, t := range c.Transforms {
		names = append(names, t.Name)
	}
	for d := range wire.Dir(2) {
		if !c.Dirs[d] {
			continue
		}
		at := bufferPlace{c.Buffer, d, strings.Join(names, ";")}
		x := b.buffers[at]
		if x == nil {
			x = &form{transforms: c.Transforms}
			b.buffers[at] = x
			b.order = append(b.order, at)
		}
		x.section(b.rules.sigs[n].pair, nil, nil).add(n, f)
	}
}

func (b *builder) finish() {
	r := b.rules
	for c := range r.payload {
		r.payload[c][0].number, r.payload[c][1].number = 2*c, 2*c+1
	}
	for i, p := range b.order {
		b.buffers[p].number = 2*len(r.payload) + i
		g := r.buffers[p.b]
		if g == nil {
			g = &[2]bufferGroup{}
			r.buffers[p.b] = g
		}
		g[p.d].forms = append(g[p.d].forms, b.buffers[p])
	}
	for i := range r.sigs { // buffers that are only looked at once a rule is under suspicion
		for k := range r.sigs[i].Buffers {
			b.open(r.sigs[i].Buffers[k].Buffer)
		}
		if r.sigs[i].Magic {
			b.open(wire.FileMagic)
		}
		if len(r.sigs[i].Files) > 0 {
			b.open(wire.FileData, wire.FileName, wire.FileMD5, wire.FileSHA1, wire.FileSHA256)
		}
	}
	for _, p := range b.order {
		b.buffers[p].built()
	}
	for c := range r.payload {
		for d := range r.payload[c] {
			r.payload[c][d].built()
		}
	}
	r.addresses = newAddressIndex(r.sigs, b.ip)
}

// open has buffers filled though nothing is looked for in them first.
func (b *builder) open(ids ...wire.Buffer) {
	for _, id := range ids {
		if b.rules.buffers[id] == nil {
			b.rules.buffers[id] = &[2]bufferGroup{}
		}
	}
}
