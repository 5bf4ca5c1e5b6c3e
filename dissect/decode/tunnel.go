package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event/wire"
)

// Ports of tunnels over UDP.
const (
	portL2TP     = 1701 // RFC 2661 §8.1, RFC 3931 §4.1.2
	portTeredo   = 3544 // RFC 4380
	portVXLAN    = 4789 // RFC 7348 §5
	portOTV      = 8472 // not IANA's: what Linux takes for VXLAN where it is told no port
	portVXLANGPE = 4790 // draft-ietf-nvo3-vxlan-gpe
	portGeneve   = 6081 // RFC 8926
)

// Protocol types in GRE that carry mirrored frames (draft-foschiano-erspan).
const (
	greERSPAN1 = 0 // stands for type I, which has the number of type II
	greERSPAN2 = 0x88be
	greERSPAN3 = 0x22eb
)

// mirroredIP is the type of what ERSPAN III mirrors where that has no frame (draft-foschiano-erspan §4.3).
const mirroredIP = 2

// gre looks into RFC 2784/2890 packets and PPTP's (RFC 2637); what it cannot read stays a packet of protocol 47.
func (d *Decoder) gre(l *Layers, b []byte, cut int) {
	l.Payload, l.Cut, l.L4 = b, cut, b[:min(4, len(b))]
	if len(b) < 4 {
		d.bad(l, ErrShort, wire.OnGREPacketTooSmall)
		return
	}
	n, ok := 4, false
	switch b[1] & 7 {
	case 0:
		n, ok = gre0(l, b)
	case 1:
		n, ok = gre1(l, b)
	default:
		odd(l, wire.OnGREWrongVersion)
	}
	if !ok {
		return
	}
	l.L4, l.Payload = b[:n], b[n:]
	typ := binary.BigEndian.Uint16(b[2:])
	switch typ {
	case etherIPv4, etherIPv6, etherBridge, etherVLAN, etherQinQ, etherMPLS, etherMPLSMulti, etherNSH, etherARP, etherPPPoE, etherPPP, greERSPAN3:
	case greERSPAN2:
		if n == 4 { // no sequence number
			typ = greERSPAN1
		}
	default:
		return
	}
	d.inner(l, typ, b[n:])
}

// gre0 is the length of a version 0 header, and whether it could be read.
func gre0(l *Layers, b []byte) (n int, ok bool) {
	flags := b[0]
	switch {
	case flags&7 != 0:
		odd(l, wire.OnGREVersion0Recur)
		return 0, false
	case b[1]&0xf8 != 0:
		odd(l, wire.OnGREVersion0Flags)
		return 0, false
	}
	n = 4
	if flags&0xc0 != 0 { // checksum or routing: both fields are there
		n += 4
	}
	for _, bit := range []byte{0x20, 0x10} { // key, sequence
		if flags&bit != 0 {
			n += 4
		}
	}
	for flags&0x40 != 0 { // source route entries (RFC 1701): family, offset, length
		if len(b) < n+4 {
			odd(l, wire.OnGREVersion0HeaderTooBig)
			return 0, false
		}
		size := int(b[n+3])
		if n += 4; size == 0 {
			break
		}
		if n += size; len(b) < n {
			odd(l, wire.OnGREVersion0MalformedSREHeader)
			return 0, false
		}
	}
	if len(b) < n {
		odd(l, wire.OnGREVersion0HeaderTooBig)
		return 0, false
	}
	return n, true
}

// gre1 is the same for PPTP's (RFC 2637 §4.1): key always, sequence and acknowledgement perhaps.
func gre1(l *Layers, b []byte) (n int, ok bool) {
	flags := b[0]
	var e wire.Event
	switch {
	case flags&0x80 != 0:
		e = wire.OnGREVersion1Chksum
	case flags&0x40 != 0:
		e = wire.OnGREVersion1Route
	case flags&0x08 != 0:
		e = wire.OnGREVersion1SSR
	case flags&0x07 != 0:
		e = wire.OnGREVersion1Recur
	case b[1]&0x78 != 0:
		e = wire.OnGREVersion1Flags
	case binary.BigEndian.Uint16(b[2:]) != etherPPP:
		e = wire.OnGREVersion1WrongProtocol
	case flags&0x20 == 0:
		e = wire.OnGREVersion1NoKey
	}
	n = 8
	if flags&0x10 != 0 {
		n += 4
	}
	if b[1]&0x80 != 0 {
		n += 4
	}
	if e == "" && len(b) < n {
		e = wire.OnGREVersion1HeaderTooBig
	}
	if e != "" {
		odd(l, e)
		return 0, false
	}
	return n, true
}

// mirrored reads ERSPAN's header, which type I has not, and the frame behind it.
func (d *Decoder) mirrored(l *Layers, kind uint16, b []byte) bool {
	n, version := 0, byte(0)
	switch kind {
	case greERSPAN2:
		n, version = 8, 1
	case greERSPAN3:
		n, version = 12, 2
	}
	if len(b) < n {
		return d.bad(l, ErrShort, wire.OnERSPANHeaderTooSmall)
	}
	if n > 0 {
		if b[0]>>4 != version {
			return d.bad(l, ErrMalformed, wire.OnERSPANUnsupportedVersion)
		}
		if id := binary.BigEndian.Uint16(b) & 0xfff; id != 0 {
			if l.Tags >= maxVLANs {
				return d.bad(l, ErrMalformed, wire.OnERSPANTooManyVlanLayers)
			}
			addVLAN(l, id)
		}
	}
	if kind == greERSPAN3 && b[11]&1 != 0 { // a platform specific subheader
		n += 8
	}
	if len(b) < n {
		return false
	}
	if kind == greERSPAN3 && b[10]>>2&0x1f == mirroredIP {
		l.Link = uint16(capture.LinkRaw)
		return d.raw(l, b[n:])
	}
	l.L2 = b[n:]
	return d.ethernet(l, b[n:])
}

// vxlan looks into RFC 7348 §5; without the I flag it stays a UDP flow.
func (d *Decoder) vxlan(l *Layers) {
	b := l.Payload
	if len(b) >= 8+14 && b[0]&0x08 != 0 {
		d.tunnelled(l, b[8:], wire.OnVXLANUnknownPayloadType)
	}
}

// otv looks into VXLAN at a port that is not its own: only where everything is as RFC 7348 §5 has it.
func (d *Decoder) otv(l *Layers) {
	b := l.Payload
	if len(b) < 8+14 || binary.BigEndian.Uint32(b) != 0x08000000 || b[7] != 0 {
		return
	}
	switch binary.BigEndian.Uint16(b[8+12:]) {
	case etherIPv4, etherIPv6, etherARP, etherVLAN, etherQinQ, etherQinQ1:
		d.inner(l, etherBridge, b[8:])
	}
}

// tunnelled reads a frame out of a tunnel over UDP.
func (d *Decoder) tunnelled(l *Layers, frame []byte, unknown wire.Event) {
	switch binary.BigEndian.Uint16(frame[12:]) {
	case etherIPv4, etherIPv6, etherARP, etherVLAN, etherQinQ, etherQinQ1:
		d.inner(l, etherBridge, frame)
	default:
		odd(l, unknown)
	}
}

// vxlanGPE says in its last flags byte what it carries.
func (d *Decoder) vxlanGPE(l *Layers) {
	b := l.Payload
	if len(b) < 8+14 || b[0]&0xc8 != 0x08 {
		return
	}
	kind := b[3]
	if b[0]&0x04 == 0 { // no protocol named: a frame
		kind = 3
	}
	switch b = b[8:]; kind {
	case 1:
		d.inner(l, etherIPv4, b)
	case 2:
		d.inner(l, etherIPv6, b)
	case 3:
		d.tunnelled(l, b, wire.OnVXLANUnknownPayloadType)
	case 4:
		d.inner(l, etherNSH, b)
	}
}

// geneve looks into RFC 8926 §3.4.
func (d *Decoder) geneve(l *Layers) {
	b := l.Payload
	if len(b) < 8 || b[0]>>6 != 0 || b[1]&0x3f != 0 || b[7] != 0 {
		return
	}
	n := 8 + int(b[0]&0x3f)*4
	if len(b) < n {
		return
	}
	switch typ := binary.BigEndian.Uint16(b[2:]); typ {
	case etherIPv4:
		d.inner(l, etherIPv4, b[n:])
	case etherIPv6:
		d.inner(l, etherIPv6, b[n:])
	case etherBridge:
		if len(b) >= n+14 {
			d.tunnelled(l, b[n:], wire.OnGeneveUnknownPayloadType)
		}
	case etherARP:
	default:
		odd(l, wire.OnGeneveUnknownPayloadType)
	}
}

// teredo looks into RFC 4380 §5.1.1: an IPv6 packet that fills the datagram, perhaps behind authentication and origin.
func (d *Decoder) teredo(l *Layers) {
	b := l.Payload
	if len(b) >= 13 && b[0] == 0 && b[1] == 1 {
		n := 13 + int(b[2]) + int(b[3])
		if len(b) < n {
			return
		}
		b = b[n:]
	}
	if len(b) >= 8 && b[0] == 0 && b[1] == 0 {
		b = b[8:]
	}
	if len(b) >= 40 && b[0]>>4 == 6 && 40+int(binary.BigEndian.Uint16(b[4:])) == len(b)+l.Cut {
		d.inner(l, etherIPv6, b)
	}
}
