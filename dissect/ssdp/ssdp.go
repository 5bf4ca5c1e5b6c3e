// Package ssdp recognises SSDP (UPnP Device Architecture), by which devices announce themselves, and which answers floods by reflection.
package ssdp

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is SSDP on any port.
var Protocol = dissect.Protocol{
	Name:      "ssdp",
	Spec:      "UPnP Device Architecture 2.0 §1",
	UDP:       []uint16{1900},
	Anywhere:  true,
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

var lines = [...]string{"M-SEARCH * HTTP/1.1\r\n", "NOTIFY * HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n"}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || len(b) == 0 || b[0] != 'M' && b[0] != 'N' && (b[0] != 'H' || port != 1900) {
		return dissect.No
	}
	for _, line := range lines {
		if dissect.Prefix(b, line) == dissect.Yes {
			return dissect.Yes
		}
	}
	return dissect.No
}
