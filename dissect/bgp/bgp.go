// Package bgp recognises BGP (RFC 4271), by which networks tell each other their routes.
package bgp

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is BGP on any port.
var Protocol = dissect.Protocol{
	Name:     "bgp",
	Spec:     "RFC 4271 §4.1",
	TCP:      []uint16{179},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	const marker, least, most, kinds = 16, 19, 65535, 5
	if udp {
		return dissect.No
	}
	if m := dissect.Prefix(b, strings.Repeat("\xff", marker)); m != dissect.Yes || len(b) < least {
		return min(m, dissect.Maybe)
	}
	if size := int(b[marker])<<8 | int(b[marker+1]); size < least || size > most || b[marker+2] == 0 || b[marker+2] > kinds {
		return dissect.No
	}
	return dissect.Yes
}
