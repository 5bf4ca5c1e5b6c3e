// Package pptp recognises the control connection of PPTP (RFC 2637), an old tunnel.
package pptp

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is PPTP on any port.
var Protocol = dissect.Protocol{
	Name:     "pptp",
	Spec:     "RFC 2637 §2",
	TCP:      []uint16{1723},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	const at, cookie = 4, "\x1a\x2b\x3c\x4d"
	if udp || len(b) == 0 || b[0] != 0 {
		return dissect.No
	}
	if len(b) < at+len(cookie) {
		if port == 1723 {
			return dissect.Maybe
		}
		return dissect.No
	}
	return dissect.Prefix(b[at:], cookie)
}
