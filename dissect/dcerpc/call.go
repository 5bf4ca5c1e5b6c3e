package dcerpc

import (
	"slices"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// call is a request that waits for its answer.
type call struct {
	id     uint32
	ctx    uint16
	opnum  uint16
	object bool
	out    event.DCERPC
	stub   []byte // first maxStub bytes of the arguments
	wide   bool
	big    bool // its arguments are in big-endian
	shown  shown
}

func (s *Session) onRequest(p *pdu) {
	stub := p.stub()
	if p.sec.level != 0 {
		s.sec = p.sec
	}
	if c := s.calls[p.call]; c != nil && p.flags&flagFirst == 0 {
		c.out.StubIn += len(stub) + p.missing()
		c.out.FragsIn++
		s.keep(c, stub)
		s.show(c, p, dissect.Orig)
		return
	}
	c := s.open(p)
	c.out.StubIn, c.out.FragsIn = len(stub)+p.missing(), 1
	s.keep(c, stub)
	if c.shown.tx = s.begin(); c.shown.tx != nil {
		c.shown.tx.Ask = &told{s, c}
	}
	s.show(c, p, dissect.Orig)
}

// open starts a call at its first fragment, or at one from its middle when the first was missed.
func (s *Session) open(p *pdu) *call {
	if s.calls == nil {
		s.calls = map[uint32]*call{}
	}
	if old := s.calls[p.call]; old != nil {
		s.drop(p.call)
		s.finish(old)
	}
	if len(s.order) >= maxCalls {
		oldest := s.order[0]
		c := s.calls[oldest]
		s.drop(oldest)
		s.evicted++
		s.finish(c)
	}
	c := &call{id: p.call, ctx: p.u16(20), opnum: p.u16(22), object: p.flags&flagObject != 0, big: p.body[4]&0x10 == 0}
	c.out = event.DCERPC{
		Kind: "call", Call: p.call, Opnum: c.opnum, AuthLevel: s.sec.level, AuthType: s.sec.typ, Context: s.sec.context, Private: s.sec.level == levelPrivacy,
	}
	if p.sec.level == 0 && p.missing() == 0 { // this one has no trailer: it is in the clear
		c.out.AuthLevel, c.out.AuthType, c.out.Context, c.out.Private = 0, 0, 0, false
	}
	s.calls[p.call] = c
	s.order = append(s.order, p.call)
	return c
}

// keep remembers first bytes of the arguments.
func (s *Session) keep(c *call, stub []byte) {
	if c.out.Private {
		return
	}
	n := min(len(stub), maxStub-len(c.stub), maxStubs-s.stubs)
	c.stub = append(c.stub, stub[:n]...)
	s.stubs += n
}

func (s *Session) drop(id uint32) {
	if c := s.calls[id]; c != nil {
		s.stubs -= len(c.stub)
	}
	delete(s.calls, id)
	for i, o := range s.order {
		if o == id {
			s.order = slices.Delete(s.order, i, i+1)
			return
		}
	}
}

// onResponse completes the call of the same number; an answer to what was not seen tells nothing.
func (s *Session) onResponse(p *pdu) {
	status := uint32(0)
	if p.typ == ptFault {
		status = p.u32(requestHead)
	}
	s.settle(true, status != 5) // nca_s_fault_access_denied, C706 appendix E
	c := s.calls[p.call]
	if c == nil {
		s.stray(p)
		return
	}
	c.out.Answered = true
	c.out.FragsOut++
	s.show(c, p, dissect.Resp)
	if p.typ == ptFault {
		c.out.Kind, c.out.Result = "fault", status
		s.drop(p.call)
		s.finish(c)
		return
	}
	stub := p.stub()
	c.out.StubOut += len(stub) + p.missing()
	if p.flags&flagFirst != 0 && !c.out.Private && s.isMap(c) {
		s.towers(stub, c)
	}
	if p.flags&flagLast == 0 {
		return
	}
	// By convention of MIDL the return value stands last.
	if len(stub) >= 4 && p.missing() == 0 && !c.out.Private {
		c.out.Result = p.order.Uint32(stub[len(stub)-4:])
	}
	s.drop(p.call)
	s.finish(c)
}

// stray shows an answer whose request was missed to rules.
func (s *Session) stray(p *pdu) {
	if s.Flow == nil || !s.Flow.Wants(wire.DCERPCStubData) {
		return
	}
	c := &call{ctx: p.u16(20)}
	if c.shown.tx = s.Flow.Tx(""); c.shown.tx != nil {
		s.show(c, p, dissect.Resp)
		s.hide(c)
	}
}

// finish names the call, reads its arguments and emits it.
func (s *Session) finish(c *call) {
	s.hide(c)
	iface := s.name(c)
	c.out.Operation = iface.Operation(c.opnum)
	if !c.out.Private {
		c.out.Args = arguments(c)
	}
	out := c.out
	s.Emit(&out)
}

// name finds the interface of a call: by its context, or by a guess where the bind was missed.
func (s *Session) name(c *call) *Interface {
	ctx, bound := s.contexts.by[c.ctx]
	iface := ctx.iface
	c.out.UUID, c.wide, c.out.Version = ctx.uuid, ctx.wide, ctx.said()
	if !bound {
		c.out.Version = ""
		iface = s.guess(c)
		c.out.Guessed = iface != nil
		if iface != nil {
			c.out.UUID = iface.UUID
		}
	}
	if iface != nil {
		c.out.Interface = iface.Name
	}
	return iface
}
