// Package spotify recognises the broadcasts by which Spotify looks for its players.
package spotify

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is Spotify Connect.
var Protocol = dissect.Protocol{
	Name:      "spotify",
	Spec:      "none public; a mark",
	UDP:       []uint16{57621},
	Anywhere:  true,
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp && dissect.Prefix(b, "SpotUdp") == dissect.Yes {
		return dissect.Yes
	}
	return dissect.No
}
