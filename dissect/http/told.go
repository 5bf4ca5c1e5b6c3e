package http

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Said is what an alert tells of an exchange, with the bytes of its bodies so far.
func (x *exchange) Said() event.Event {
	a := x.a
	for dir, n := range [2]*uint64{&a.RequestLen, &a.ResponseLen} {
		if s := &x.p.sides[dissect.Dir(dir)]; s.x == x {
			*n = s.size
		}
	}
	return &a
}
