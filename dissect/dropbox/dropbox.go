// Package dropbox recognises the announcements by which Dropbox looks for its other copies in the same network.
package dropbox

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is Dropbox LAN sync.
var Protocol = dissect.Protocol{
	Name:      "dropbox",
	Spec:      "none public; JSON with the host's number",
	UDP:       []uint16{17500},
	Probe:     probe,
	Datagrams: dissect.NamedDatagrams,
}

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp && port == 17500 && bytes.HasPrefix(b, []byte(`{"`)) && bytes.Contains(b, []byte(`"host_int"`)) {
		return dissect.Yes
	}
	return dissect.No
}
