// Package iec104 recognises IEC 60870-5-104, by which stations of water and power are steered.
package iec104

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is IEC 104 on any port.
var Protocol = dissect.Protocol{
	Name:     "iec104",
	Spec:     "IEC 60870-5-104 §5",
	TCP:      []uint16{2404},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

// What opens a connection (STARTDT act, con), by which it is known on other ports.
const (
	startAct = "\x68\x04\x07\x00\x00\x00"
	startCon = "\x68\x04\x0b\x00\x00\x00"
)

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	const start, least, most = 0x68, 4, 253
	if udp || len(b) > 0 && b[0] != start {
		return dissect.No
	}
	if port != 2404 {
		return max(dissect.Prefix(b, startAct), dissect.Prefix(b, startCon))
	}
	switch {
	case len(b) < 2:
		return dissect.Maybe
	case b[1] < least || b[1] > most:
		return dissect.No
	}
	return dissect.Yes
}
