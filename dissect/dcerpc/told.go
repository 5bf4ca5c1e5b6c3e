package dcerpc

import "github.com/yagura-project/yagura/event"

// told is what an alert may ask of a call.
type told struct {
	s *Session
	c *call
}

// Said is the call as far as it is known: its interface where the bind was seen, for a guess takes the whole call.
func (t *told) Said() event.Event {
	out := t.c.out
	if ctx, bound := t.s.contexts.by[t.c.ctx]; bound {
		out.UUID, out.Version, out.Interface = ctx.uuid, ctx.said(), ctx.name()
		out.Operation = ctx.iface.Operation(t.c.opnum)
	}
	return t.s.About(&out)
}

// Said is the same of a call over UDP.
func (c *gramCall) Said() event.Event {
	out := c.out
	return c.about(&out)
}

// Said is what an alert tells of a bind: its first interface.
func (b *bind) Said() event.Event {
	if len(b.offers) == 0 {
		return b.s.About(&event.DCERPC{Kind: "bind", Call: b.call, Alter: b.alter})
	}
	return b.s.About(b.about(&b.offers[0]))
}
