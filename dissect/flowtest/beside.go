package flowtest

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Beside is another connection of the same client to a port of the same server, all of it behind so many pieces of the first one. One that
// breaks off ends without FIN, one that is reset by the server's RST.
type Beside struct {
	After  int
	Port   uint16
	Says   []Say
	Breaks bool
	Reset  bool
}

// Events are what the analyzer tells of a conversation over TCP and of those beside it.
func Events(port uint16, says []Say, others []Beside, protocols ...dissect.Protocol) []event.Event {
	const open, end = 3, 2 // packets
	all := conversation(port, false, nil, 1400)
	packets, last := all[:open:open], 0
	for i := 0; i <= len(says); i++ {
		for _, b := range others {
			if b.After != i {
				continue
			}
			c := conversation(b.Port, false, b.Says, 1400)
			if b.Reset {
				last := c[len(c)-1]
				last.Data[14+20+13] = event.FlagRST | event.FlagACK
				c = append(c[:len(c)-end], last)
			} else if b.Breaks {
				c = c[:len(c)-end]
			}
			packets = append(packets, c...)
		}
		all = conversation(port, false, says[:min(i+1, len(says))], 1400)
		packets = append(packets, all[open+last:len(all)-end]...)
		last = len(all) - end - open
	}
	return heard(append(packets, all[len(all)-end:]...), protocols).Events
}
