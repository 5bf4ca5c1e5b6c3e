// Package stun recognises STUN and TURN (RFC 8489, RFC 8656), by which telephony finds its way through address translation.
package stun

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is STUN on any port.
var Protocol = dissect.Protocol{
	Name:      "stun",
	Spec:      "RFC 8489, RFC 8656, RFC 3489",
	TCP:       []uint16{3478},
	UDP:       []uint16{3478, 19302},
	Anywhere:  true,
	Probe:     probe,
	Stream:    dissect.Named,
	Datagrams: dissect.NamedDatagrams,
}

const (
	header = 20
	cookie = 0x2112A442 // RFC 8489 §5
)

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if len(b) == 0 || b[0]&0xc0 != 0 {
		return dissect.No
	}
	if len(b) < header {
		if udp {
			return dissect.No
		}
		return dissect.Maybe
	}
	size := int(binary.BigEndian.Uint16(b[2:]))
	if size%4 != 0 || udp && size+header != len(b) {
		return dissect.No
	}
	if binary.BigEndian.Uint32(b[4:]) == cookie {
		return dissect.Yes
	}
	// RFC 3489 had no cookie: binding requests and answers only, where they belong.
	if udp && port == 3478 && b[1] == 1 && b[0] <= 1 {
		return dissect.Yes
	}
	return dissect.No
}
