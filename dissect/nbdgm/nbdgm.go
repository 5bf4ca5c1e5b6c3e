// Package nbdgm recognises the NetBIOS datagram service (RFC 1002), over which Windows machines tell their segment of themselves.
package nbdgm

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is the datagram service over UDP.
var Protocol = dissect.Protocol{
	Name:      "nbdgm",
	Spec:      "RFC 1002 §4.4",
	UDP:       []uint16{138},
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

const (
	header     = 14 // with names
	headerOnly = 10
	direct     = 0x10
	broadcast  = 0x12
	failure    = 0x13
	negative   = 0x16
)

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case !udp || port != 138 || len(b) < headerOnly || b[0] < direct || b[0] > negative || b[1]&0xf0 != 0:
		return dissect.No
	case b[0] <= broadcast && (len(b) < header || int(binary.BigEndian.Uint16(b[10:]))+header > len(b)+1):
		return dissect.No
	case b[0] == failure && len(b) != headerOnly+1:
		return dissect.No
	}
	return dissect.Yes
}
