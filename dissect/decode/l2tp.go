package decode

import (
	"encoding/binary"
)

// L2TP's flags in its first byte (RFC 2661 §3.1, RFC 3931 §3.2.1).
const (
	l2tpControl  = 0x80
	l2tpLength   = 0x40
	l2tpSequence = 0x08
	l2tpOffset   = 0x02
	l2tpReserved = 0x34
)

// l2tp looks into data messages over UDP of version 2 (RFC 2661 §3.1) and 3 (RFC 3931 §4.1.2.1); control messages stay with the flow.
func (d *Decoder) l2tp(l *Layers) {
	b := l.Payload
	if len(b) < 8 || b[0]&l2tpControl != 0 {
		return
	}
	switch b[1] {
	case 2:
		d.l2tp2(l, b)
	case 3:
		if b[0]|b[2]|b[3] == 0 {
			d.l2tp3(l, b[4:])
		}
	}
}

// l2tp2 reads the header of version 2, whose fields may be left out; behind it stands PPP.
func (d *Decoder) l2tp2(l *Layers, b []byte) {
	flags, whole, n := b[0], len(b)+l.Cut, 6
	if flags&l2tpReserved != 0 {
		return
	}
	if flags&l2tpLength != 0 {
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size > whole {
			return
		}
		b, whole, n = b[:min(size, len(b))], size, 8
	}
	if flags&l2tpSequence != 0 {
		n += 4
	}
	if flags&l2tpOffset != 0 {
		if n += 2; len(b) < n {
			return
		}
		n += int(binary.BigEndian.Uint16(b[n-2:]))
	}
	if len(b) > n && packetInPPP(b[n:]) {
		d.inner(l, etherPPP, b[n:])
	}
}

// packetInPPP reports whether a frame of PPP carries IP: what sets the link up is no packet.
func packetInPPP(b []byte) bool {
	if len(b) >= 2 && b[0] == 0xff && b[1] == 0x03 {
		b = b[2:]
	}
	proto := uint16(0)
	switch {
	case len(b) < 2:
		return false
	case b[0]&1 != 0:
		proto = uint16(b[0])
	default:
		proto = binary.BigEndian.Uint16(b)
	}
	return proto == pppIPv4 || proto == pppIPv6 || proto == pppVJRaw
}

// l2tp3 reads a session of version 3, over UDP or right above IP (RFC 3931 §4.1.1.1), and what it carries; number 0 is control there. How long its
// cookie is (0, 4 or 8 bytes, §4.1), and whether a sublayer of 4 follows (§4.6), only the ends know: it is where whole frames stand.
func (d *Decoder) l2tp3(l *Layers, b []byte) {
	if len(b) < 4 || binary.BigEndian.Uint32(b) == 0 {
		return
	}
	b = b[4:]
	for at := 0; at <= 12 && at < len(b); at += 4 {
		switch f := b[at:]; {
		case ethernetFits(f, l.Cut):
			d.inner(l, etherBridge, f)
			return
		case len(f) >= 4 && f[0] == 0xff && f[1] == 0x03 && packetInPPP(f) && ipFits(f[4:], l.Cut, 0):
			d.inner(l, etherPPP, f)
			return
		case len(f) >= 4 && f[0]&0x7f == 0x0f && f[1] == 0 && ipFits(f[4:], l.Cut, 0): // Cisco's HDLC, to one or to all (RFC 4349)
			d.inner(l, binary.BigEndian.Uint16(f[2:]), f[4:])
			return
		}
	}
}

// leastFrame is what Ethernet fills its content up to.
const leastFrame = 46

// ethernetFits reports whether b is a frame with IP or ARP that fills it.
func ethernetFits(b []byte, cut int) bool {
	for at, tags := 12, 0; len(b) >= at+2 && tags <= maxVLANs; at, tags = at+4, tags+1 {
		switch body := b[at+2:]; binary.BigEndian.Uint16(b[at:]) {
		case etherIPv4, etherIPv6:
			return ipFits(body, cut, leastFrame)
		case etherARP: // for IPv4 (RFC 826)
			return len(body) >= 28 && binary.BigEndian.Uint64(body)>>16 == 0x000108000604
		case etherVLAN, etherQinQ:
		default:
			return false
		}
	}
	return false
}

// ipFits reports whether b is an IP packet that is as long as it says, or shorter where it is filled up to least.
func ipFits(b []byte, cut, least int) bool {
	size := 0
	switch {
	case len(b) >= 20 && b[0]>>4 == 4 && b[0]&0xf >= 5:
		size = int(binary.BigEndian.Uint16(b[2:]))
	case len(b) >= 40 && b[0]>>4 == 6:
		size = 40 + int(binary.BigEndian.Uint16(b[4:]))
	default:
		return false
	}
	whole := len(b) + cut
	return size == whole || size < whole && whole <= least
}
