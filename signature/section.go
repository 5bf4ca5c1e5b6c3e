package signature

import (
	"slices"
	"sync"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// payload are the rules that look at the payload of a class of packets in one direction. They stand in sections by the server's port
// and the application protocol that they ask for; a flow's payload is searched for the strings of the sections that
// fit it, put together to one group when a flow first needs that.
type payload struct {
	sections []section
	plain    []uint32 // rules without a string to look for first

	mu    sync.Mutex
	ready map[[maxSections / 64]uint64]*group
}

type section struct {
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
func (p *payload) idle() bool { return len(p.sections) == 0 && len(p.plain) == 0 }

// section gives the draft of the rules with a port and protocols; both are any where there are too many sections.
func (p *payload) section(apps []string, port *rule.Ports) *draft {
	for i := range p.sections {
		if s := &p.sections[i]; slices.Equal(s.apps, apps) && samePorts(s.port, port) {
			return s.draft
		}
	}
	if len(p.sections) == maxSections-1 && (apps != nil || port != nil) {
		return p.section(nil, nil)
	}
	p.sections = append(p.sections, section{apps, port, &draft{}})
	return p.sections[len(p.sections)-1].draft
}

func samePorts(a, b *rule.Ports) bool {
	return a == b || a != nil && b != nil && slices.Equal(a.Ranges(), b.Ranges())
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

// group is what is looked for in the payload of a flow with that protocol and server's port.
func (p *payload) group(app string, port uint16) *group {
	if len(p.sections) == 0 {
		return empty
	}
	var k [maxSections / 64]uint64
	n := 0
	for i := range p.sections {
		s := &p.sections[i]
		if (s.apps == nil || slices.Contains(s.apps, app)) && s.port.Contains(port) {
			k[i/64] |= 1 << (i % 64)
			n++
		}
	}
	if n == 0 {
		return empty
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.ready[k]
	if g == nil {
		if len(p.ready) >= maxReady {
			for i := range p.sections {
				k[i/64] |= 1 << (i % 64)
			}
			if g = p.ready[k]; g != nil {
				return g
			}
		}
		g = p.join(k)
		p.ready[k] = g
	}
	return g
}

func (p *payload) join(k [maxSections / 64]uint64) *group {
	var drafts []*draft
	for i := range p.sections {
		if k[i/64]&(1<<(i%64)) != 0 {
			drafts = append(drafts, p.sections[i].draft)
		}
	}
	return newGroup(drafts...)
}
