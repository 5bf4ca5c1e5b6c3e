// Package memcached recognises the protocol of memcached, which answers floods by reflection when it is open to UDP.
package memcached

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is memcached on its usual port.
var Protocol = dissect.Protocol{
	Name:      "memcached",
	Spec:      "memcached protocol.txt, protocol_binary",
	TCP:       []uint16{11211},
	UDP:       []uint16{11211},
	Probe:     probe,
	Stream:    dissect.Named,
	Datagrams: dissect.NamedDatagrams,
}

var words = [...]string{"get ", "gets ", "set ", "add ", "stats", "version", "delete ", "incr ", "decr ", "mg ", "ms ",
	"VALUE ", "STAT ", "STORED\r\n", "END\r\n", "ERROR", "VERSION "}

const udpHeader = 8 // request, sequence, count and a reserved number that is 0

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		if len(b) <= udpHeader || b[6]|b[7] != 0 {
			return dissect.No
		}
		b = b[udpHeader:]
	}
	if len(b) > 0 && (b[0] == 0x80 || b[0] == 0x81) { // binary: magic, opcode
		if len(b) < 2 {
			return dissect.Maybe
		}
		if b[1] <= 0x22 {
			return dissect.Yes
		}
		return dissect.No
	}
	best := dissect.No
	for _, w := range words {
		best = max(best, dissect.Prefix(b, w))
	}
	if best == dissect.Maybe && bytes.IndexByte(b, '\n') >= 0 {
		return dissect.No
	}
	return best
}
