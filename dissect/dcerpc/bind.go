package dcerpc

import (
	"slices"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Transfer syntaxes (C706 §14, MS-RPCE §2.2.5 and §3.3.1.5.3).
const (
	syntaxNDR64       = "71710533-beba-4937-8319-b5dbef9ccc36"
	syntaxNegotiation = "6cb71c2c-9812-4540-" // bind time feature negotiation: the rest is a bit mask
)

// notAnswered is the result of a context that no answer told of.
const notAnswered = 0xffff

// bind is one bind or alter_context that waits for its answer.
type bind struct {
	s      *Session
	call   uint32
	offers []context // one an interface
	ids    []uint16  // of all contexts, in the order in which they are answered
	of     []int     // of each context: which of the offers it is for, -1 none
	sec    security
	tx     *wire.Tx
	alter  bool

	answered, nak bool
	result        uint32
	odd           string // of its answer
}

// onBind reads the offered contexts (C706 §12.6.4.3): each has an interface and the syntaxes to choose from.
func (s *Session) onBind(p *pdu) {
	b := &bind{s: s, call: p.call, sec: p.sec, tx: s.begin(), alter: p.typ == ptAlter}
	if b.tx != nil {
		b.tx.Ask = b
	}
	at := headLen + 12
	if at > len(p.body) {
		s.headOf(b.tx, p, dissect.Orig)
		s.end(b.tx, false)
		return
	}
	count := int(p.body[at-4])
	for range count {
		if at+24 > p.end {
			break
		}
		id, syntaxes := p.u16(at), int(p.body[at+2])
		c := context{uuid: p.uuid(p.body[at+4:]), version: p.u16(at + 20), minor: p.u16(at + 22)}
		b.ids, b.of = append(b.ids, id), append(b.of, -1)
		c.iface = ByUUID(c.uuid)
		at += 24
		if at+20*syntaxes > p.end {
			break
		}
		again := p.typ == ptAlter && s.contexts.by[id].uuid == c.uuid // a further leg of the logon
		feature := c.syntaxes(p, at, syntaxes)
		at += 20 * syntaxes
		if !feature {
			c.granted = again && s.contexts.by[id].granted
			s.contexts.keep(id, c)
		}
		if !again {
			b.of[len(b.of)-1] = b.offer(c)
		}
	}
	if len(s.binds) >= maxCalls {
		s.evicted++
		s.finishBind(s.binds[0], false, 0)
		s.binds = s.binds[1:]
	}
	s.binds = append(s.binds, b)
	s.headOf(b.tx, p, dissect.Orig)
	s.onToken(p)
}

// syntaxes reads the transfer syntaxes of a context; true when they only stand for features of the client.
func (c *context) syntaxes(p *pdu, at, n int) (feature bool) {
	for ; n > 0; n, at = n-1, at+20 {
		syntax := p.uuid(p.body[at:])
		c.wide = c.wide || syntax == syntaxNDR64
		feature = feature || len(syntax) > 19 && syntax[:19] == syntaxNegotiation
	}
	return feature
}

// offer adds an interface once, though it is offered with several syntaxes, and tells its place; -1 where there are too many.
func (b *bind) offer(c context) int {
	for i := range b.offers {
		if b.offers[i].uuid == c.uuid {
			return i
		}
	}
	if len(b.offers) == maxContexts {
		return -1
	}
	c.result = notAnswered
	b.offers = append(b.offers, c)
	return len(b.offers) - 1
}

// onAck ends the bind of the same call. A bind_nak carries its reason (C706 §12.6.4.5).
func (s *Session) onAck(p *pdu) {
	result := uint32(0)
	if p.typ == ptBindNak {
		result = uint32(p.u16(headLen))
	}
	odd, found := p.odd(), false
	for i, b := range s.binds {
		if b.call == p.call {
			b.odd, found = odd, true
			s.headOf(b.tx, p, dissect.Resp)
			s.binds = slices.Delete(s.binds, i, i+1)
			if b.nak = p.typ == ptBindNak; !b.nak {
				s.grant(b, p)
			}
			s.finishBind(b, true, result)
			break
		}
	}
	if odd != "" && !found { // its bind was missed
		s.finishBind(&bind{s: s, call: p.call, odd: odd, offers: []context{{}}}, true, result)
	}
	s.onToken(p)
	if p.typ != ptBindAck { // a refused ticket comes as bind_nak, NTLM is judged at the next answer
		s.settle(true, p.typ == ptAlterResp)
	}
}

// grant reads the result of each context (C706 §12.6.4.4): behind the secondary address, on a boundary of 4 bytes.
func (s *Session) grant(b *bind, p *pdu) {
	at := headLen + 10 + int(p.u16(headLen+8))
	at = (at + 3) &^ 3
	if at >= p.end {
		return
	}
	count := int(p.body[at])
	at += 4
	for i := range min(count, len(b.ids)) {
		if at+24 > len(p.body) {
			return
		}
		if o := b.of[i]; o >= 0 { // one syntax of several suffices
			b.offers[o].result = min(b.offers[o].result, p.u16(at))
		}
		if c, known := s.contexts.by[b.ids[i]]; known {
			if c.granted = p.u16(at) == 0; c.granted { // of several syntaxes the server chose one
				c.wide = p.uuid(p.body[at+4:]) == syntaxNDR64
			}
			s.contexts.by[b.ids[i]] = c
		}
		at += 24
	}
}

func (s *Session) finishBind(b *bind, answered bool, result uint32) {
	b.answered, b.result = answered, result
	s.end(b.tx, answered)
	for i := range b.offers {
		s.Emit(b.about(&b.offers[i]))
	}
}

// about is what is known of the bind of one interface.
func (b *bind) about(c *context) *event.DCERPC {
	e := &event.DCERPC{
		Kind: "bind", Call: b.call, Version: c.said(), UUID: c.uuid, Interface: c.name(), AuthLevel: b.sec.level, AuthType: b.sec.typ, Context: b.sec.context,
		Private: b.sec.level == levelPrivacy, Answered: b.answered, Result: b.result, Alter: b.alter, Refused: b.nak,
	}
	if c.result != notAnswered {
		e.Ack = c.result
	}
	if b.odd != "" {
		e.Args = map[string]string{"odd": b.odd}
	}
	return e
}

func (c *context) name() string {
	if c.iface == nil {
		return ""
	}
	return c.iface.Name
}
