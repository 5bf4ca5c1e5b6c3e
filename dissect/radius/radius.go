// Package radius recognises RADIUS (RFC 2865, RFC 2866, RFC 5176) between switches and the server that lets people in.
package radius

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is RADIUS over UDP.
var Protocol = dissect.Protocol{
	Name:      "radius",
	Spec:      "RFC 2865, RFC 2866, RFC 5176",
	UDP:       []uint16{1812, 1813, 1645, 1646, 3799},
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

// codes are those of RFC 2865 §4, RFC 2866 §4 and RFC 5176 §2.3.
var codes = [46]bool{1: true, 2: true, 3: true, 4: true, 5: true, 11: true, 12: true, 13: true, 40: true, 41: true, 42: true, 43: true, 44: true, 45: true}

const header = 20

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if !udp || len(b) < header || int(b[0]) >= len(codes) || !codes[b[0]] {
		return dissect.No
	}
	if size := int(binary.BigEndian.Uint16(b[2:])); size < header || size > len(b) {
		return dissect.No
	}
	return dissect.Yes
}
