// Package xmpp recognises XMPP (RFC 6120), over which chats go.
package xmpp

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is XMPP on any port.
var Protocol = dissect.Protocol{
	Name:     "xmpp",
	Spec:     "RFC 6120 §4",
	TCP:      []uint16{5222, 5269},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || len(b) == 0 || b[0] != '<' {
		return dissect.No
	}
	if m := dissect.Prefix(b, "<stream:stream"); m != dissect.No {
		return m
	}
	if bytes.HasPrefix(b, []byte("<?xml")) && bytes.Contains(b, []byte("<stream:stream")) {
		return dissect.Yes
	}
	return min(dissect.Prefix(b, "<?xml"), dissect.Maybe)
}
