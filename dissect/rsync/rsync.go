// Package rsync recognises the daemon of rsync, by which files are copied.
package rsync

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is rsync on any port.
var Protocol = dissect.Protocol{
	Name:     "rsync",
	Spec:     "rsyncd(5); its greeting",
	TCP:      []uint16{873},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	return dissect.Prefix(b, "@RSYNCD: ")
}
