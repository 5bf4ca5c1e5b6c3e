package forge

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// Conversation writes what the ends of c, which must have IPv4 addresses, say to each other from a time on, 100 µs apart: over TCP with
// its beginning, acknowledgements and end, otherwise over UDP.
func Conversation(c *event.Conn, at time.Time, says []Said) []Frame {
	t := newTalk(c, at)
	if c.Proto != event.ProtoTCP {
		for _, x := range says {
			t.out = append(t.out, Frame{t.now, udp(t.ends[x.From], t.ends[1-x.From], x.Bytes)})
			t.now = t.now.Add(100 * time.Microsecond)
		}
		return t.out
	}
	t.open()
	for _, x := range says {
		t.say(x.From, x.Bytes)
	}
	t.close()
	return t.out
}
