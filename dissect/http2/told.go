package http2

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Said is what an alert tells of a stream, with the bytes of its bodies so far.
func (x *stream) Said() event.Event {
	a := x.a
	if b := x.body[dissect.Orig]; b != nil {
		a.RequestLen = b.Size()
	}
	if b := x.body[dissect.Resp]; b != nil {
		a.ResponseLen = b.Size()
	}
	return &a
}
