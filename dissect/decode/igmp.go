package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// IGMP types (RFC 3376, RFC 2236, RFC 3488).
const (
	igmpQuery  = 0x11
	igmpReport = 0x22 // version 3
)

// igmp reads versions 1 to 3 and RGMP.
func (d *Decoder) igmp(l *Layers, b []byte, cut int) {
	if len(b) < 8 {
		d.bad(l, ErrShort, wire.OnIGMPPacketTooSmall)
		return
	}
	n := 8
	switch {
	case b[0] == igmpQuery && len(b) < 12 && len(b)+cut >= 12:
		n = len(b) // the rest was not captured
	case b[0] == igmpQuery && len(b) >= 12: // RFC 3376 §7.1
		n = 12 + 4*int(binary.BigEndian.Uint16(b[10:]))
		if cut == 0 && n > len(b) {
			odd(l, wire.OnIGMPMalformed)
			n = 12
		}
		n = min(n, len(b))
	case b[0] == igmpQuery && len(b)+cut != 8:
		d.bad(l, ErrMalformed, wire.OnIGMPV3PacketTooSmall)
		return
	case b[0] == igmpReport:
		if n = igmpRecords(b); n < 0 {
			odd(l, wire.OnIGMPMalformed)
			n = 8
		}
	}
	l.L4, l.Payload = b[:n], b[n:]
	l.Type, l.Code = b[0], b[1]
}

// igmpRecords is how long a version 3 report is (RFC 3376 §4.2), -1 when its records do not fit.
func igmpRecords(b []byte) int {
	at := 8
	for range binary.BigEndian.Uint16(b[6:]) {
		if len(b) < at+8 {
			return -1
		}
		at += 8 + 4*int(b[at+1]) + 4*int(binary.BigEndian.Uint16(b[at+2:]))
	}
	if at > len(b) {
		return -1
	}
	return at
}
