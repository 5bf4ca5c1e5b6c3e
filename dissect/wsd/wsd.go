// Package wsd recognises WS-Discovery, by which Windows and printers find each other.
package wsd

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is WS-Discovery over UDP.
var Protocol = dissect.Protocol{
	Name:      "wsd",
	Spec:      "OASIS WS-Discovery 1.1",
	UDP:       []uint16{3702},
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp && port == 3702 && len(b) > 0 && b[0] == '<' && bytes.Contains(b, []byte("ws/2005/04/discovery")) {
		return dissect.Yes
	}
	return dissect.No
}
