// Package coap recognises CoAP (RFC 7252), which small devices speak.
package coap

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is CoAP on its usual port.
var Protocol = dissect.Protocol{
	Name:      "coap",
	Spec:      "RFC 7252 §3",
	UDP:       []uint16{5683},
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	const header, versionMask, version1, longToken = 4, 0xc0, 0x40, 8
	if !udp || port != 5683 || len(b) < header || b[0]&versionMask != version1 || int(b[0]&0xf) > longToken || len(b) < header+int(b[0]&0xf) {
		return dissect.No
	}
	if class := b[1] >> 5; class == 0 || class == 2 || class == 4 || class == 5 {
		return dissect.Yes
	}
	return dissect.No
}
