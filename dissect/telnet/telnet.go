// Package telnet recognises Telnet (RFC 854) by the negotiation of its options, tells who logs on, and cuts its commands and lines out for rules.
package telnet

import "github.com/yagura-project/yagura/dissect"

// Protocol is Telnet: on any port where options are negotiated.
var Protocol = dissect.Protocol{
	Name:     "telnet",
	Spec:     "RFC 854, RFC 855",
	TCP:      []uint16{23, 2323},
	Anywhere: true,
	Probe:    probe,
	Stream:   newStream,
}

// Commands (RFC 854 p. 14).
const (
	iac  = 255
	sb   = 250
	will = 251
	dont = 254

	lastOption = 49
	extended   = 255 // RFC 861
)

// probe wants an option to be negotiated first; on the usual port a server's prompt will do.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case udp || len(b) == 0:
		return dissect.No
	case b[0] != iac:
		if port == 23 && dir == dissect.Resp && printable(b) {
			return dissect.Yes
		}
		return dissect.No
	case len(b) < 3:
		return dissect.Maybe
	case b[1] < sb || b[1] > dont || b[2] > lastOption && b[2] < 138 || b[2] > 140 && b[2] != extended:
		return dissect.No
	}
	return dissect.Yes
}

func printable(b []byte) bool {
	for _, c := range b[:min(len(b), 64)] {
		if (c < ' ' || c > '~') && c != '\r' && c != '\n' && c != '\t' && c != 0x1b {
			return false
		}
	}
	return true
}
