package signature

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// searched are the rules that look for strings in one place, in one direction: the payload of a class of packets, or a buffer.
// They stand in sections by the addresses, the server's port and the application protocol that they ask for; what a flow brings is
// searched for the strings of the sections that fit it, put together to one group when a flow first needs that.
type searched struct {
	number   int // of the place; joint places may have that of another
	sections []section
	plain    []uint32          // rules of payload without a string to look for first
	drafts   map[string]*draft // of sections, while rules are added
	key      []byte

	mu    sync.Mutex // of whoever makes groups
	ready atomic.Pointer[map[choice]*group]
}

// choice are sections, by their numbers.
type choice [maxSections / 64]uint64

type section struct {
	pair  uint8       // of addresses
	apps  []string    // nil: any
	port  *rule.Ports // of the server; nil: any
	draft *draft
}

// Bounds of putting together: what is beyond makes rules be looked for where they cannot match.
const (
	maxSections = 512
	maxReady    = 128
)

// idle reports that no rule looks here.
func (p *searched) idle() bool { return len(p.sections) == 0 && len(p.plain) == 0 }

// section gives the draft of the rules with addresses, a port and protocols; all are any where there are too many sections.
func (p *searched) section(pair uint8, apps []string, port *rule.Ports) *draft {
	p.key = appendSection(p.key[:0], pair, apps, port)
	if d := p.drafts[string(p.key)]; d != nil {
		return d
	}
	if len(p.sections) >= maxSections-1 && (pair != anyPair || apps != nil || port != nil) {
		return p.section(anyPair, nil, nil)
	}
	if p.drafts == nil {
		p.drafts = map[string]*draft{}
	}
	d := &draft{}
	p.sections, p.drafts[string(p.key)] = append(p.sections, section{pair, apps, port, d}), d
	return d
}

// appendSection writes what makes a section.
func appendSection(b []byte, pair uint8, apps []string, port *rule.Ports) []byte {
	b = append(b, pair)
	for _, a := range apps {
		b = append(append(b, a...), ' ')
	}
	if port == nil {
		return b
	}
	b = append(b, '/')
	for _, r := range port.Ranges() {
		b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, r.Low), r.High)
	}
	return b
}

// built gives up what only adding needs.
func (p *searched) built() {
	p.drafts, p.key = nil, nil
	for i := range p.sections {
		d := p.sections[i].draft
		d.body.built()
		d.head.built()
	}
}

// serverPort is the port by which a rule is put into its section: nil where it may stand on either side.
func serverPort(h *rule.Header, d wire.Dir) *rule.Ports {
	switch {
	case h.Both:
		return nil
	case d == wire.Orig:
		return h.DstPort
	}
	return h.SrcPort
}

// empty is a group that looks for nothing.
var empty = &group{}

// group is what is looked for in what a flow with that protocol, server's port and addresses brings; fits are the pairs of
// addresses that hold.
func (p *searched) group(app string, port uint16, fits uint64) *group {
	var k choice
	n := 0
	for i := range p.sections {
		s := &p.sections[i]
		if fits&(1<<s.pair) != 0 && (s.apps == nil || slices.Contains(s.apps, app)) && s.port.Contains(port) {
			k[i/64] |= 1 << (i % 64)
			n++
		}
	}
	if n == 0 {
		return empty
	}
	if ready := p.ready.Load(); ready != nil {
		if g := (*ready)[k]; g != nil {
			return g
		}
	}
	return p.make(k)
}

// answer is what group gave for a question.
type answer struct {
	of    *searched
	app   string
	port  uint16
	fits  uint64
	group *group
}

// answers keep the last ones, for flows and transactions ask the same again and again; len is a power of two.
type answers [256]answer

// group is p's group, from what was answered before where that is the same.
func (a *answers) group(p *searched, app string, port uint16, fits uint64) *group {
	h := (uint64(p.number)<<16 ^ uint64(port) ^ fits ^ uint64(len(app))<<8) * 0x9e3779b97f4a7c15
	x := &a[h>>56]
	if x.of != p || x.port != port || x.fits != fits || x.app != app {
		*x = answer{p, app, port, fits, p.group(app, port, fits)}
	}
	return x.group
}

// make puts a group together, and lets all engines know; beyond a bound it is the one of all sections.
func (p *searched) make(k choice) *group {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[choice]*group{}
	if ready := p.ready.Load(); ready != nil {
		if len(*ready) >= maxReady {
			for i := range p.sections {
				k[i/64] |= 1 << (i % 64)
			}
		}
		if g := (*ready)[k]; g != nil {
			return g
		}
		maps.Copy(all, *ready)
	}
	g := p.join(k)
	all[k] = g
	p.ready.Store(&all)
	return g
}

func (p *searched) join(k choice) *group {
	var drafts []*draft
	for i := range p.sections {
		if k[i/64]&(1<<(i%64)) != 0 {
			drafts = append(drafts, p.sections[i].draft)
		}
	}
	return newGroup(drafts...)
}
