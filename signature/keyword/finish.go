package keyword

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// finish puts the parts of the rule together; the keyword at fault stands beside an error.
func (b *builder) finish() (keyword string, err error) {
	s := b.sig
	if s.SID == 0 {
		return "sid", bad("the number of the rule is missing")
	}
	if len(b.payload) > 0 {
		s.Payload.Chain = b.link(b.payload)
		s.Payload.PacketOnly = s.Head.Carrier == rule.TCPPacket || s.Flow.NoStream
		s.Payload.StreamOnly = s.Head.Carrier == rule.TCPStream || s.Flow.OnlyStream
	}
	if s.Store != nil && len(s.Files)+len(s.Events)+len(b.places)+len(b.payload) == 0 { // by itself it asks for a file
		b.file(func(*wire.File) rule.Answer { return rule.Yes })
	}
	for _, p := range b.places {
		if len(p.steps) == 0 && p.value == nil && p.clock == nil && !p.absent {
			return p.name, bad("nothing is asked of this buffer; a content belongs behind it")
		}
		if err := sized(p.steps); err != nil {
			return "bsize", err
		}
		if err := p.cased(); err != nil {
			return p.name, err
		}
		if p.absent && p.orElse == (len(p.steps) == 0 && p.value == nil) {
			return "absent", bad("by itself nothing may be asked of the buffer, and with or_else something must be")
		}
		if p.own != nil || p.each != nil {
			b.test(packetPlace(p))
			continue
		}
		if b.sized {
			return "dsize", bad("it is about single packets, and %s is made of many; compare its own size by bsize", p.name)
		}
		s.Buffers = append(s.Buffers, b.condition(p))
		b.app(b.pool.withDoH(p.desc.Apps))
	}
	if err := b.protocols(); err != nil {
		return "", err
	}
	if name, err := b.directions(); err != nil {
		return name, err
	}
	if err := b.waits(); err != nil {
		return "", err
	}
	b.fastest()
	s.Buffers, s.References = b.pool.conditions.keep(s.Buffers), b.pool.lists.keep(s.References)
	s.IPCompatible = len(s.Tests) == 0 && s.Payload.Chain == nil && len(s.Buffers) == 0 && len(s.Files) == 0 && s.Store == nil &&
		len(s.Events) == 0 && s.Flow == rule.FlowState{} && s.Head.App == "" && len(s.FlowInts)+len(s.Vars)+len(s.Paces) == 0 && !asksBits(s)
	s.ProtocolOnly = s.ProtocolOnly && s.Payload.Chain == nil && len(s.Buffers) == 0 && len(s.Files) == 0
	return "", nil
}

// link makes a chain of steps.
func (b *builder) link(steps []content.Step) *content.Chain {
	c := b.pool.chains.one()
	c.Steps = b.pool.steps.keep(steps)
	c.Link()
	return c
}

func (b *builder) condition(p *place) rule.Condition {
	c := rule.Condition{Buffer: p.desc.ID, Name: p.name, Dirs: p.dirs, Transforms: p.transforms, Value: p.value, Clock: p.clock,
		Absent: p.absent, OrElse: p.orElse, Index: p.index}
	if len(p.steps) > 0 {
		c.Chain = b.link(p.steps)
	}
	return c
}

// protocols works out which protocols the rule is about: what header and keywords have in common.
func (b *builder) protocols() error {
	h := &b.sig.Head
	common := h.Apps
	for _, names := range b.apps {
		if common == nil {
			common = names
			continue
		}
		both := intersect(common, names)
		if len(both) == 0 {
			return bad("no protocol has all of its keywords; %v and %v exclude each other", common, names)
		}
		common = both
	}
	h.Apps = common
	return nil
}

// intersect gives a itself when b has all of it.
func intersect(a, b []string) []string {
	var both []string
	for _, x := range a {
		for _, y := range b {
			if x == y {
				both = append(both, x)
				break
			}
		}
	}
	if len(both) == len(a) {
		return a
	}
	return both
}

// directions works out in which directions fields are looked at, and packets may fire the rule.
func (b *builder) directions() (keyword string, err error) {
	s := b.sig
	allowed := [2]bool{true, true}
	if !s.Head.OneFlow {
		if s.Flow.ToServer {
			allowed = [2]bool{wire.Orig: true}
		}
		if s.Flow.ToClient {
			allowed = [2]bool{wire.Resp: true}
		}
	}
	s.Direction = allowed
	i := 0
	for _, p := range b.places {
		if p.own != nil || p.each != nil {
			continue
		}
		c := &s.Buffers[i]
		i++
		has := p.desc.Dirs
		if has == ([2]bool{}) {
			has = [2]bool{true, true}
		}
		said := c.Dirs
		if said == ([2]bool{}) {
			said = [2]bool{true, true}
		}
		c.Dirs = [2]bool{has[0] && said[0] && allowed[0], has[1] && said[1] && allowed[1]}
		if c.Dirs == ([2]bool{}) {
			return c.Name, bad("the buffer never comes in this direction; look at flow:to_server and flow:to_client")
		}
		if s.Head.OneFlow && said[0] && said[1] && has[0] && has[1] {
			return c.Name, bad("the buffer comes in both directions; write %s: to_server or %s: to_client", c.Name, c.Name)
		}
		if !s.Head.OneFlow {
			s.Direction = [2]bool{s.Direction[0] && c.Dirs[0], s.Direction[1] && c.Dirs[1]}
			if s.Direction == ([2]bool{}) {
				return c.Name, bad("its buffers come in different directions; a rule with => may ask for both")
			}
		}
	}
	if s.Head.OneFlow {
		return "", nil
	}
	for i := range s.Buffers { // one direction for all
		c := &s.Buffers[i]
		c.Dirs = [2]bool{c.Dirs[0] && s.Direction[0], c.Dirs[1] && s.Direction[1]}
	}
	return "", nil
}

// asksBits reports whether the rule waits for a bit of the flow, which may come with any packet.
func asksBits(s *rule.Signature) bool {
	for _, o := range s.FlowBits {
		if o.Op.Condition() {
			return true
		}
	}
	return false
}
