// Package smb reads SMB 2 and 3 (MS-SMB2) and the outlines of SMB 1 (MS-CIFS): shares, files and what is called over named pipes.
//
// File contents pass through: their first bytes tell the type, a hash is kept
// while they come in order, nothing is stored.
package smb

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is SMB over TCP, direct (445) or over the NetBIOS session service (139).
var Protocol = dissect.Protocol{
	Name:     "smb",
	Spec:     "MS-SMB2, MS-CIFS, MS-FSCC, RFC 1002 §4.3",
	TCP:      []uint16{445, 139},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return newConn(f) },
}

// probe wants a session message that begins with SMB's magic. On the usual ports the first
// bytes may also come from within a message, when the beginning of the flow was missed.
func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	switch {
	case udp:
		return dissect.No
	case port == 445 || port == 139:
		return dissect.Yes
	case len(b) > 0 && b[0] != 0:
		return dissect.No
	case len(b) < frameHead+4:
		return dissect.Maybe
	case magicOf(b[frameHead:]) != 0:
		return dissect.Yes
	}
	return dissect.No
}

// magicOf is the first byte of a protocol id (MS-SMB2 §2.2.1, §2.2.41, §2.2.42; MS-CIFS §2.2.3.1), 0 for anything else.
func magicOf(b []byte) byte {
	if len(b) >= 4 && b[0] >= magicCompressed && string(b[1:4]) == "SMB" {
		return b[0]
	}
	return 0
}

// Protocol ids by their first byte.
const (
	magicCompressed = 0xfc
	magicTransform  = 0xfd
	magic2          = 0xfe
	magic1          = 0xff
)
