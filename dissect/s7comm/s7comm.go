// Package s7comm recognises S7comm and S7comm-plus over ISO on TCP (RFC 1006), which Siemens controllers speak, and other users of it.
package s7comm

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is ISO on TCP, on other ports than 102 by its request to connect.
var Protocol = dissect.Protocol{
	Name:     "s7comm",
	Spec:     "RFC 1006, RFC 905",
	TCP:      []uint16{102},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	const least = 22
	if udp {
		return dissect.No
	}
	if m := dissect.Prefix(b, "\x03\x00"); m != dissect.Yes || len(b) < 7 {
		return min(m, dissect.Maybe)
	}
	switch kind := b[5] & 0xf0; { // connection request and confirm, data, disconnect
	case port == 102 && (kind == 0xe0 || kind == 0xd0 || kind == 0xf0 || kind == 0x80):
		return dissect.Yes
	case port == 102 || kind != 0xe0 && kind != 0xd0:
		return dissect.No
	}
	size := int(b[2])<<8 | int(b[3])
	switch { // elsewhere the request to connect must be whole and name end points, which RDP does not
	case size < least || size > 64 || int(b[4])+5 != size:
		return dissect.No
	case len(b) < size:
		return dissect.Maybe
	case bytes.Contains(b[11:size], []byte("\xc1\x02")) && bytes.Contains(b[11:size], []byte("\xc2\x02")):
		return dissect.Yes
	}
	return dissect.No
}
