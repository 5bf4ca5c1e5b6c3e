// Package git recognises the git protocol, by which source code is copied.
package git

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is git on any port.
var Protocol = dissect.Protocol{
	Name:     "git",
	Spec:     "gitprotocol-pack(5)",
	TCP:      []uint16{9418},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	const length = 4 // hexadecimal
	if udp || len(b) == 0 || b[0] != '0' {
		return dissect.No
	}
	if len(b) < length {
		return dissect.Maybe
	}
	return dissect.Prefix(b[length:], "git-")
}
