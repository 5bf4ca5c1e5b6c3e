// Package teamviewer recognises TeamViewer, by which somebody far away may have a screen, keyboard and files of a machine.
package teamviewer

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is TeamViewer on any port.
var Protocol = dissect.Protocol{
	Name:      "teamviewer",
	Spec:      "none public; the first bytes of its commands",
	TCP:       []uint16{5938},
	UDP:       []uint16{5938},
	Anywhere:  true,
	Probe:     probe,
	Stream:    dissect.Veiled,
	Datagrams: dissect.VeiledDatagrams,
}

// head is mark, command and length.
const head = 9

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case len(b) == 0 || b[0] != 0x17 && b[0] != 0x11 && (!udp || b[0] != 0x00):
		return dissect.No
	case udp: // a counter, then the same marks as over TCP
		if len(b) >= 16 && b[11] == 0x17 && b[12] == 0x24 {
			return dissect.Yes
		}
		return dissect.No
	case b[0] == 0x17:
		return dissect.Prefix(b, "\x17\x24")
	}
	if m := dissect.Prefix(b, "\x11\x30"); m != dissect.Yes {
		return m
	}
	if len(b) < head { // the length of the command must be sound
		return dissect.Maybe
	}
	if port == 5938 || int(b[4])<<8|int(b[5])+head >= len(b) {
		return dissect.Yes
	}
	return dissect.No
}
