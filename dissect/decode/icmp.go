package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// icmp reads what both versions have; ID is valid for echo and its like.
func icmp(l *Layers, b []byte, cut int) {
	l.Kind, l.Type, l.Code = ICMP, b[0], b[1]
	l.L4, l.Payload, l.Cut = b[:8], b[8:], cut
	l.ID = binary.BigEndian.Uint16(b[4:])
}

// highest4 is the highest code of each ICMP type that is in use (RFC 792 and followers), 1 + code; 0: no such type.
var highest4 = [...]uint8{0: 1, 3: 16, 4: 1, 5: 4, 8: 1, 9: 17, 10: 1, 11: 2, 12: 3, 13: 1, 14: 1, 15: 1, 16: 1, 17: 1, 18: 1}

// icmp4 reads RFC 792.
func (d *Decoder) icmp4(l *Layers, b []byte, cut int) {
	if len(b) < 8 {
		d.bad(l, ErrShort, wire.OnICMPv4PacketTooSmall)
		if len(b) >= 4 && cut > 0 {
			l.Kind, l.Type, l.Code, l.L4, l.Payload = ICMP, b[0], b[1], b, nil
		}
		return
	}
	icmp(l, b, cut)
	if int(l.Type) >= len(highest4) || highest4[l.Type] == 0 {
		odd(l, wire.OnICMPv4UnknownType)
		return
	}
	if l.Code >= highest4[l.Type] || l.Type == 9 && l.Code != 0 && l.Code != 16 {
		odd(l, wire.OnICMPv4UnknownCode)
		return
	}
	switch l.Type {
	case 9: // router addresses belong to the header (RFC 1256)
		d.icmpHead(l, b, 8+4*int(b[4])*int(b[5]))
	case 13, 14: // as do timestamps
		d.icmpHead(l, b, 20)
	case 3, 4, 5, 11, 12:
		switch q := l.Payload; {
		case len(q) == 0:
		case len(q) < 20:
			odd(l, wire.OnICMPv4IPv4TruncPacket)
		case q[0]>>4 != 4:
			odd(l, wire.OnICMPv4IPv4UnknownVersion)
		}
	}
}

// icmpHead says that the header is n bytes long.
func (d *Decoder) icmpHead(l *Layers, b []byte, n int) {
	if n > len(b) {
		if l.Cut == 0 {
			odd(l, wire.OnICMPv4PacketTooSmall)
		}
		return
	}
	l.L4, l.Payload = b[:n], b[n:]
}

// icmp6 reads RFC 4443.
func (d *Decoder) icmp6(l *Layers, b []byte, cut int) {
	if len(b) < 8 {
		d.bad(l, ErrShort, wire.OnICMPv6PacketTooSmall)
		if len(b) >= 4 && cut > 0 {
			l.Kind, l.Type, l.Code, l.L4, l.Payload = ICMP, b[0], b[1], b, nil
		}
		return
	}
	icmp(l, b, cut)
	switch t := l.Type; {
	case t == 0:
		odd(l, wire.OnICMPv6UnknownType)
	case t <= 4:
		d.icmp6Error(l)
	case t == 100 || t == 101 || t == 200 || t == 201:
		odd(l, wire.OnICMPv6ExperimentationType)
	case t < 127 || t > 158 && t < 255:
		odd(l, wire.OnICMPv6UnassignedType)
	case t == 127 || t == 255: // reserved for more (RFC 4443 §2.1)
		odd(l, wire.OnICMPv6UnknownType)
	case t <= 137:
		if l.Code != 0 {
			odd(l, wire.OnICMPv6UnknownCode)
		}
		if t >= 130 && t <= 132 && l.L3[7] != 1 { // RFC 2710 §3
			odd(l, wire.OnICMPv6MldMessageWithInvalidHl)
		}
	case t == 143 && l.L3[7] != 1: // RFC 3810 §5
		odd(l, wire.OnICMPv6MldMessageWithInvalidHl)
	}
}

// icmp6Error looks at an error message and at the packet that it quotes (RFC 4443 §3).
func (d *Decoder) icmp6Error(l *Layers) {
	if l.Code > [...]uint8{1: 6, 2: 0, 3: 1, 4: 2}[l.Type] {
		odd(l, wire.OnICMPv6UnknownCode)
		return
	}
	switch q := l.Payload; {
	case len(q) == 0:
	case len(q) < 40:
		odd(l, wire.OnICMPv6IPv6TruncPacket)
	case q[0]>>4 != 6:
		odd(l, wire.OnICMPv6IPv6UnknownVersion)
	}
}
