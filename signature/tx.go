package signature

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// txState is what the engine remembers of a transaction until it is done.
type txState struct {
	tx     *wire.Tx
	flow   *wire.Flow
	rules  *Ruleset // for which the candidates are valid
	queued bool     // it is to be looked at after this packet
	done   [2]bool  // the stream was told

	seen       []seen        // by field
	settled    int           // fields before it do not change any more
	touched    []wire.Buffer // that changed since rules looked
	candidates []candidate   // rules under suspicion, in their order
	fired      []fired       // those that have matched, or cannot any more
	begun      bool
}

// seen is how much of a field was looked at.
type seen struct {
	size   int // by the matcher
	judged int // when rules were last held against it
	closed bool

	fresh    bool // not looked at yet
	searched bool // what is new was searched with its twin
}

type fired struct {
	sid uint32
	d   wire.Dir
}

// candidate is a rule whose string stands in the transaction, in a direction of it.
type candidate struct {
	rule   uint32
	d      wire.Dir
	looked bool
}

// maxCandidates bounds the rules under suspicion of one transaction.
const maxCandidates = 2048

// Tx implements wire.Inspector.
func (e *Engine) Tx(f *wire.Flow, t *wire.Tx) {
	e.refresh()
	if e.ignores(f) {
		return
	}
	x, ok := t.Mine.(*txState)
	if !ok {
		x = e.pools.tx()
		x.tx, x.flow, t.Mine = t, f, x
	}
	if !x.queued {
		x.queued = true
		e.changed = append(e.changed, x)
	}
	if t.Done != x.done {
		s := e.stateOf(f)
		for d := range t.Done {
			if h := &s.dirs[d]; h.strand != nil {
				h.flush = h.flush || t.Done[d] && !x.done[d]
			}
		}
		x.done = t.Done
	}
}

// transactions looks at those that have changed.
func (e *Engine) transactions(v *view) {
	keep := e.flow
	for _, x := range e.changed {
		if e.flow = e.stateOf(x.flow); !e.flow.passed {
			e.transaction(x, v)
		}
	}
	e.flow = keep
}

func (e *Engine) transaction(x *txState, v *view) {
	if x.rules != e.rules {
		*x = txState{tx: x.tx, flow: x.flow, rules: e.rules, queued: x.queued, done: x.done, seen: x.seen[:0], touched: x.touched[:0], candidates: x.candidates[:0], fired: x.fired}
	}
	if !x.begun {
		x.begun = true
		for _, app := range [...]string{x.app(), ""} {
			for _, n := range e.rules.late[app] {
				e.suspect(x, n, wire.Orig, v)
				e.suspect(x, n, wire.Resp, v)
			}
		}
	}
	for i := x.settled; i < len(x.tx.Fields); i++ {
		e.field(x, i, v)
	}
	e.gated(x, v)
	for x.settled < len(x.seen) && x.seen[x.settled].closed {
		x.settled++
	}
	e.judgeAll(x, v)
}

// gated makes candidates of the rules whose string has come in the payload beside the transaction: there is seldom one, so they are not
// under suspicion before.
func (e *Engine) gated(x *txState, v *view) {
	for _, n := range e.fresh {
		if e.rules.sigs[n].gated {
			e.suspect(x, n, wire.Orig, v)
			e.suspect(x, n, wire.Resp, v)
		}
	}
	for d := range e.flow.dirs {
		if h := &e.flow.dirs[d]; h.strand != nil {
			for _, n := range h.gates {
				e.suspect(x, n, wire.Dir(d), v)
			}
		}
	}
}

// app is the application protocol of a transaction.
func (x *txState) app() string {
	if x.tx.App != "" {
		return x.tx.App
	}
	return x.flow.App
}

// field looks for strings in what is new in a field.
func (e *Engine) field(x *txState, i int, v *view) {
	f := &x.tx.Fields[i]
	if i >= len(x.seen) {
		x.seen = append(x.seen, seen{fresh: true})
	}
	s := &x.seen[i]
	first := s.fresh
	if s.closed || f.Open && (len(f.B) == 0 || !first && len(f.B)-s.size < bodyStep) { // an empty one must not fall out of step with its twin
		return
	}
	from := s.size
	s.fresh, s.size, s.closed = false, len(f.B), !f.Open
	if first || s.closed || s.size >= 2*s.judged {
		s.judged = s.size
		x.touched = append(x.touched, f.Buffer)
	}
	if f.Buffer == wire.AppEvent {
		e.appEvent(x, f, v)
		return
	}
	if int(f.Buffer) >= len(e.rules.buffers) || f.Dir > wire.Resp || e.rules.buffers[f.Buffer] == nil {
		return
	}
	g, twin := &e.rules.buffers[f.Buffer][f.Dir], e.twin(x, i, from)
	s = &x.seen[i]
	for k, w := range g.forms {
		news := news{from: from, first: first, searched: s.searched && len(w.transforms) == 0}
		if twin >= 0 && !news.searched && len(w.transforms) == 0 {
			if w = e.rules.joint(g.forms[k], e.rules.buffers[x.tx.Fields[twin].Buffer][f.Dir].forms); w != g.forms[k] {
				x.seen[twin].searched = true
			}
		}
		e.form(x, w, f, news, v)
	}
	s.searched = false
}

// bodyStep is by how much a body grows before rules look at it again: to search each packet's share by itself costs twice as much.
const bodyStep = 8 << 10

// smallBody is up to how many bytes no twin is looked for.
const smallBody = 256

// news is what is new in a field.
type news struct {
	from     int // where it begins
	first    bool
	searched bool // for strings, together with another field
}

// twin is a later field that holds the same bytes as field i and was looked at as far as it: the body of a message and the
// file that it is. -1: none.
func (e *Engine) twin(x *txState, i, from int) int {
	f := &x.tx.Fields[i]
	if len(f.B) < smallBody {
		return -1
	}
	for k := i + 1; k < len(x.tx.Fields); k++ {
		t := &x.tx.Fields[k]
		if len(t.B) != len(f.B) || &t.B[0] != &f.B[0] || t.Dir != f.Dir || t.Open != f.Open || int(t.Buffer) >= len(e.rules.buffers) || e.rules.buffers[t.Buffer] == nil {
			continue
		}
		for len(x.seen) <= k {
			x.seen = append(x.seen, seen{fresh: true})
		}
		if x.seen[k].size == from && !x.seen[k].closed {
			return k
		}
	}
	return -1
}

// form looks for strings in one form of a field.
func (e *Engine) form(x *txState, w *form, f *wire.Field, n news, v *view) {
	g := e.answers.group(&w.searched, "", 0, e.fits(&e.flow.dirs[f.Dir], x.flow, f.Dir))
	if n.first {
		for _, n := range g.plain {
			e.suspect(x, n, f.Dir, v)
		}
	}
	if g.set == nil && g.head == nil || n.searched {
		return
	}
	b, from, at := f.B, n.from, 0
	switch {
	case len(w.transforms) == 0:
		at = max(0, min(from-g.longest+1, len(b)))
	case f.Open:
		return
	default:
		b, from = e.transformed(w.transforms, b), 0
	}
	if g.head != nil && from < g.limit {
		e.hits.Reset()
		g.head.Scan(b, 0, &e.hits)
		e.suspects(x, &g.headBy, f.Dir, v)
	}
	if g.set != nil {
		e.hits.Reset()
		g.set.Scan(b[at:], &e.hits)
		e.suspects(x, &g.by, f.Dir, v)
	}
}

// suspects makes candidates of the rules whose strings were found.
func (e *Engine) suspects(x *txState, by *byPattern, d wire.Dir, v *view) {
	for _, id := range e.hits.IDs {
		for _, n := range by.of(id) {
			e.suspect(x, n, d, v)
		}
	}
}

// appEvent finds the rules that wait for an anomaly, by its name or its protocol alone.
func (e *Engine) appEvent(x *txState, f *wire.Field, v *view) {
	name := string(f.B)
	app, _, _ := strings.Cut(name, ".")
	for _, k := range [...]string{name, app} {
		for _, n := range e.rules.appEvents[k] {
			e.suspect(x, n, f.Dir, v)
		}
	}
}

// suspect makes rule n a candidate in direction d, unless its header does not fit or it is one already.
func (e *Engine) suspect(x *txState, n uint32, d wire.Dir, v *view) {
	s := &e.rules.sigs[n]
	if s.Head.OneFlow {
		d = wire.Orig
	}
	c := candidate{rule: n, d: d}
	at, known := slices.BinarySearchFunc(x.candidates, c, func(a, b candidate) int {
		if a.rule != b.rule {
			return int(a.rule) - int(b.rule)
		}
		return int(a.d) - int(b.d)
	})
	if known || slices.Contains(x.fired, fired{s.SID, d}) || !s.header(e.viewOf(v, x.flow, d), x.app()) {
		return
	}
	if len(x.candidates) >= maxCandidates {
		e.shared.dropped.Add(1)
		return
	}
	x.candidates = slices.Insert(x.candidates, at, c)
}

// viewOf is the packet at hand where it belongs to direction d of f, else one that stands for it.
func (e *Engine) viewOf(v *view, f *wire.Flow, d wire.Dir) *view {
	if v.f == f && v.d == d {
		return v
	}
	e.other = view{p: e.standIn(f), f: f, end: true}
	e.other.turn(d)
	return &e.other
}

// judgeAll looks at the candidates for which something has changed.
func (e *Engine) judgeAll(x *txState, v *view) {
	kept := x.candidates[:0]
	for _, c := range x.candidates {
		s, done := &e.rules.sigs[c.rule], x.tx.Done[c.d]
		if s.Head.OneFlow {
			done = x.tx.Done[0] && x.tx.Done[1]
		}
		if c.looked && !done && (s.gated && !e.open(c) || !x.concerns(s)) {
			kept = append(kept, c)
			continue
		}
		switch w := e.viewOf(v, x.flow, c.d); e.judge(x, c, w) {
		case rule.Yes:
			x.fired = append(x.fired, fired{s.SID, c.d})
			e.fire(c.rule, w, match{tx: int64(x.tx.ID), app: x.tx.App, of: x.tx})
		case rule.No:
			if s.gated { // its string may come again
				x.fired = append(x.fired, fired{s.SID, c.d})
			}
		case rule.Later:
			if !done {
				c.looked = true
				kept = append(kept, c)
			}
		}
	}
	x.candidates, x.touched = kept, x.touched[:0]
}

// concerns reports whether something has changed at which a rule looks.
func (x *txState) concerns(s *sig) bool {
	if s.Payload.Chain != nil || len(s.Files) > 0 || len(s.Events) > 0 {
		return true
	}
	for i := range s.Buffers {
		if slices.Contains(x.touched, s.Buffers[i].Buffer) {
			return true
		}
	}
	return false
}
