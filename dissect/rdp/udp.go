package rdp

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Flags of a datagram of RDP over UDP (MS-RDPEUDP §2.2.2.1), and the sizes that it may have (§2.2.2.5, §3.1.5.1.1).
const (
	udpSYN       = 0x0001
	udpACK       = 0x0004
	udpOpens     = udpSYN | udpACK | 0x0200 | 0x0800 | 0x1000 // lossy, with a correlation, with a version
	udpHead      = 8
	udpLeast     = 1132
	udpMost      = 1232
	noneReceived = 0xffffffff
)

// opens reports whether a datagram opens a connection over UDP: it is filled up, says how large datagrams may be, and its sender has received
// nothing, or answers. What follows is encrypted.
func opens(b []byte) bool {
	if len(b) < udpLeast || len(b) > udpMost {
		return false
	}
	flags := binary.BigEndian.Uint16(b[6:])
	up, down := binary.BigEndian.Uint16(b[udpHead+4:]), binary.BigEndian.Uint16(b[udpHead+6:])
	return flags&udpSYN != 0 && flags&^udpOpens == 0 && (flags&udpACK != 0) == (binary.BigEndian.Uint32(b) != noneReceived) &&
		up >= udpLeast && up <= udpMost && down >= udpLeast && down <= udpMost && b[len(b)-1] == 0
}

// sender is who asks, or answers.
func sender(b []byte, _, _ uint16) (dissect.Dir, bool) {
	if opens(b) {
		if binary.BigEndian.Uint16(b[6:])&udpACK != 0 {
			return dissect.Resp, true
		}
		return dissect.Orig, true
	}
	return 0, false
}
