package dnsmsg

import (
	"bytes"

	"github.com/yagura-project/yagura/event"
)

// Asked is a message of mDNS or LLMNR that an alert may ask for.
type Asked struct {
	Protocol string
	b        []byte
}

// Keep takes the next message. That of a datagram is not copied: its packet is still there when rules have looked.
func (x *Asked) Keep(b []byte, datagram bool) *Asked {
	if !datagram {
		return &Asked{x.Protocol, bytes.Clone(b)}
	}
	x.b = b
	return x
}

// Said is the message in all its parts.
func (x *Asked) Said() event.Event {
	body, ok := Describe(x.Protocol, x.b)
	if !ok {
		return nil
	}
	return &event.Record{Protocol: x.Protocol, Body: body}
}
