package nfs

import "github.com/yagura-project/yagura/event"

// asked is a call of which an alert may tell.
type asked struct {
	t *talk
	c *call
}

// Said is the call, without its answer.
func (a *asked) Said() event.Event {
	e := a.t.event(a.c)
	e.Path, e.Target = a.c.name, a.c.target
	return e
}
