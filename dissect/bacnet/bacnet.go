// Package bacnet recognises BACnet/IP (ASHRAE 135 annex J), which buildings are steered by.
package bacnet

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is BACnet/IP over UDP.
var Protocol = dissect.Protocol{
	Name:      "bacnet",
	Spec:      "ASHRAE 135 annex J",
	UDP:       []uint16{47808},
	Anywhere:  true,
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	const virtualLink = 0x81
	if !udp || len(b) < 4 || b[0] != virtualLink || b[1] > 0x0c || int(binary.BigEndian.Uint16(b[2:])) != len(b) {
		return dissect.No
	}
	return dissect.Yes
}
