package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// mpls goes to the bottom of the label stack (RFC 3032 §2.1) and sees what stands there: IP, or the frame of a pseudo-wire
// behind a control word (RFC 4448).
func (d *Decoder) mpls(l *Layers, b []byte) {
	if !d.deeper(l) {
		return
	}
	label := uint32(0)
	for bottom := false; !bottom; b = b[4:] {
		if len(b) < 4 {
			d.bad(l, ErrShort, wire.OnMPLSHeaderTooSmall)
			return
		}
		label = binary.BigEndian.Uint32(b) >> 12
		bottom = b[2]&1 != 0
	}
	switch label {
	case 0:
		d.labelled(l, b, 4)
	case 1:
		d.bad(l, ErrMalformed, wire.OnMPLSBadLabelRouterAlert)
	case 2:
		d.labelled(l, b, 6)
	case 3:
		d.bad(l, ErrMalformed, wire.OnMPLSBadLabelImplicitNull)
	default:
		if label < 16 {
			d.bad(l, ErrMalformed, wire.OnMPLSBadLabelReserved)
		} else if len(b) > 0 {
			d.labelled(l, b, b[0]>>4)
		} else {
			d.bad(l, ErrShort, wire.OnMPLSPacketTooSmall)
		}
	}
}

func (d *Decoder) labelled(l *Layers, b []byte, kind byte) {
	switch {
	case kind == 4 && len(b) >= 20:
		d.ipv4(l, b)
	case kind == 6 && len(b) >= 40:
		d.ipv6(l, b)
	case kind == 0 && len(b) >= 4+14:
		d.ethernet(l, b[4:])
	case kind == 4 || kind == 6 || kind == 0:
		d.bad(l, ErrShort, wire.OnMPLSPacketTooSmall)
	default:
		odd(l, wire.OnMPLSUnknownPayloadType)
	}
}

// nsh reads RFC 8300: base header, service path, and context that is passed over.
func (d *Decoder) nsh(l *Layers, b []byte) {
	if len(b) < 8 {
		d.bad(l, ErrShort, wire.OnNSHHeaderTooSmall)
		return
	}
	if !d.deeper(l) {
		return
	}
	n, kind, next := int(b[1]&0x3f)*4, b[2]&0xf, b[3]
	switch {
	case b[0]>>6 != 0:
		d.bad(l, ErrMalformed, wire.OnNSHUnsupportedVersion)
		return
	case n > len(b) || n < 8 || kind == 1 && n != 24:
		d.bad(l, ErrMalformed, wire.OnNSHBadHeaderLength)
		return
	case kind == 0 || kind == 15:
		odd(l, wire.OnNSHReservedType)
		return
	case kind > 2:
		odd(l, wire.OnNSHUnsupportedType)
		return
	}
	switch b = b[n:]; {
	case next == 1 && len(b) >= 20:
		d.ipv4(l, b)
	case next == 2 && len(b) >= 40:
		d.ipv6(l, b)
	case next == 3 && len(b) >= 14:
		d.ethernet(l, b)
	default:
		odd(l, wire.OnNSHUnknownPayload)
	}
}

// PPP protocol numbers (RFC 1661 §2, IANA) that carry IP.
const (
	pppIPv4  = 0x0021
	pppVJRaw = 0x002f // Van Jacobson's uncompressed TCP/IP (RFC 1144)
	pppIPv6  = 0x0057
)

// pppControl is where the protocols begin that set a link up; they carry no packets (RFC 1661 §2).
const pppControl = 0x8000

// pppOthers are network protocols that are known and not looked into.
var pppOthers = map[uint16]bool{
	0x0023: true, 0x0025: true, 0x0027: true, 0x0029: true, 0x002b: true, 0x002d: true, 0x0031: true, 0x0033: true, 0x0035: true,
	0x004f: true, 0x00fd: true, 0x0201: true, 0x0281: true, 0x0283: true, 0x4021: true, 0x4023: true, 0x4025: true,
}

// ppp reads RFC 1661 with the framing of RFC 1662: address and control may be left out, the protocol may be one byte.
func (d *Decoder) ppp(l *Layers, b []byte) bool {
	if !d.deeper(l) {
		return false
	}
	if len(b) >= 2 && b[0] == 0xff && b[1] == 0x03 {
		b = b[2:]
	}
	switch {
	case len(b) < 2:
		return d.bad(l, ErrShort, wire.OnPPPPacketTooSmall)
	case b[0]&1 != 0:
		return d.inPPP(l, uint16(b[0]), b[1:])
	}
	return d.inPPP(l, binary.BigEndian.Uint16(b), b[2:])
}

func (d *Decoder) inPPP(l *Layers, proto uint16, b []byte) bool {
	switch proto {
	case pppVJRaw:
		if len(b) < 20 {
			return d.bad(l, ErrShort, wire.OnPPPVjuPacketTooSmall)
		}
		return b[0]>>4 == 4 && d.ipv4(l, b)
	case pppIPv4:
		if len(b) < 20 {
			return d.bad(l, ErrShort, wire.OnPPPIp4PacketTooSmall)
		}
		return d.ipv4(l, b)
	case pppIPv6:
		if len(b) < 40 {
			return d.bad(l, ErrShort, wire.OnPPPIp6PacketTooSmall)
		}
		return d.ipv6(l, b)
	}
	if pppOthers[proto] {
		odd(l, wire.OnPPPUnsupportedProto)
		return true
	}
	if proto >= pppControl {
		return true
	}
	return d.bad(l, ErrMalformed, wire.OnPPPWrongType)
}

// discovery reads the stage of RFC 2516 §5 in which a session is agreed on.
func (d *Decoder) discovery(l *Layers, b []byte) {
	if len(b) < 6 {
		d.bad(l, ErrShort, wire.OnPPPoEPacketTooSmall)
		return
	}
	switch b[1] {
	case 0x07, 0x09, 0x19, 0x65, 0xa7: // PADO PADI PADR PADS PADT
	default:
		d.bad(l, ErrMalformed, wire.OnPPPoEWrongCode)
		return
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	if n > len(b)-6 {
		d.bad(l, ErrMalformed, wire.OnPPPoEMalformedTags)
		return
	}
	for b = b[6 : 6+n]; len(b) >= 4; {
		tag := int(binary.BigEndian.Uint16(b[2:]))
		if tag > len(b)-4 {
			d.bad(l, ErrMalformed, wire.OnPPPoEMalformedTags)
			return
		}
		b = b[4+tag:]
	}
}

// pppoe reads a session packet (RFC 2516 §4).
func (d *Decoder) pppoe(l *Layers, b []byte) {
	switch {
	case len(b) < 7:
		d.bad(l, ErrShort, wire.OnPPPoEPacketTooSmall)
	case !d.deeper(l):
	case b[1] != 0:
		d.bad(l, ErrMalformed, wire.OnPPPoEWrongCode)
	default:
		b = b[6:]
		if b[0]&1 != 0 {
			d.inPPP(l, uint16(b[0]), b[1:])
		} else if len(b) < 2 {
			d.bad(l, ErrShort, wire.OnPPPoEPacketTooSmall)
		} else {
			d.inPPP(l, binary.BigEndian.Uint16(b), b[2:])
		}
	}
}
