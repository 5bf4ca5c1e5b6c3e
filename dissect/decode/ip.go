package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// IP protocol numbers (IANA) beside those that event names.
const (
	protoHopByHop = 0
	protoIGMP     = 2
	protoIPv4     = 4
	protoIPv6     = 41
	protoRouting  = 43
	protoFragment = 44
	protoGRE      = 47
	protoESP      = 50
	protoAH       = 51
	protoNoNext   = 59
	protoDestOpts = 60
	protoL2TP     = 115 // version 3
	protoSCTP     = 132
	protoMobility = 135
	protoUDPLite  = 136
	protoHIP      = 139
	protoShim6    = 140
)

// ipv4 reads RFC 791. Total length 0 is what segmentation offload leaves: the rest of the frame counts.
func (d *Decoder) ipv4(l *Layers, b []byte) bool {
	if !d.deeper(l) {
		return false
	}
	if len(b) < 20 {
		return d.bad(l, ErrShort, wire.OnIPv4PacketTooSmall)
	}
	head := int(b[0]&0xf) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))
	switch {
	case b[0]>>4 != 4:
		return d.bad(l, ErrMalformed, wire.OnIPv4WrongIPVersion)
	case head < 20:
		return d.bad(l, ErrMalformed, wire.OnIPv4HeaderLenTooSmall)
	case total < head:
		odd(l, wire.OnIPv4LenSmallerThanHeaderLen)
		if total != 0 {
			return d.fail(ErrMalformed)
		}
		total = len(b) + d.beyond
	}
	if total > len(b) {
		odd(l, wire.OnIPv4TruncPacket)
		if total > len(b)+d.beyond {
			return d.fail(ErrMalformed)
		}
	}
	if min(len(b), total) < head {
		return d.fail(ErrShort)
	}
	l.Kind, l.IPLen, l.L3 = IP, total, b[:head]
	mapped(&l.Src, b[12:16])
	mapped(&l.Dst, b[16:20])
	l.Proto = event.Proto(b[9])
	if head > 20 {
		options4(l, b[20:head])
	}
	cut := max(0, total-len(b))
	d.above4(l, b[:total-cut], head, cut)
	return true
}

// above4 reads what stands behind the header.
func (d *Decoder) above4(l *Layers, b []byte, head, cut int) {
	proto := b[9]
	if frag := binary.BigEndian.Uint16(b[6:]); frag&0x3fff != 0 {
		id := fragKey{src: l.Src, dst: l.Dst, vlan: l.VLAN, id: uint32(binary.BigEndian.Uint16(b[4:])), proto: proto}
		d.fragment(l, fragment{key: id, off: int(frag&0x1fff) * 8, more: frag&0x2000 != 0, head: b[:head], b: b[head:], cut: cut})
		return
	}
	switch proto {
	case byte(event.ProtoICMPv6):
		d.bad(l, ErrMalformed, wire.OnIPv4ICMPv6)
		l.L4 = b[head:]
	case protoAH:
		d.auth4(l, b[head:], cut)
	default:
		if !d.transport(l, proto, b[head:], cut) {
			odd(l, wire.OnIPv4UnknownProtocol)
		}
	}
}

// fail ends the reading of a header whose event is told already.
func (d *Decoder) fail(err error) bool {
	if d.err == nil {
		d.err = err
	}
	return false
}

// auth4 looks behind an authentication header (RFC 4302 §2.2: its length is in 32-bit words, minus 2).
func (d *Decoder) auth4(l *Layers, b []byte, cut int) {
	l.L4, l.Payload, l.Cut = b, b, cut
	if len(b) < 12 || len(b) < int(b[1])*4+8 || !d.deeper(l) {
		return
	}
	n := int(b[1])*4 + 8
	l.Proto = event.Proto(b[0])
	d.transport(l, b[0], b[n:], cut)
}

// mapped makes a the four bytes of an IPv4 address within ::ffff:0:0/96 (RFC 4291 §2.5.5.2), in two words: they are read as such next.
func mapped(a *Addr, b []byte) {
	binary.LittleEndian.PutUint64(a[:], 0)
	binary.LittleEndian.PutUint64(a[8:], 0xffff<<16|uint64(binary.LittleEndian.Uint32(b))<<32)
}

// fragment waits for the rest of a datagram and goes on when it is whole: the last piece then stands in Outer.
func (d *Decoder) fragment(l *Layers, f fragment) {
	l.Kind, l.Payload, l.Cut = Fragment, f.b, f.cut
	if f.cut > 0 {
		d.fail(ErrShort)
		return
	}
	whole, err := d.frags.add(d.now, &f, l)
	if err != nil {
		d.fail(err)
	}
	if whole == nil || !d.push(l) {
		return
	}
	l.Whole = true
	beyond := d.beyond
	d.beyond = 0
	if f.key.six {
		d.ipv6(l, whole)
	} else {
		d.ipv4(l, whole)
	}
	d.beyond = beyond
}

// Quoted reads the start of the packet that an ICMP error carries (RFC 792, RFC 4443 §3): addresses,
// protocol and ports. It reports whether they could be read.
func Quoted(b []byte, l *Layers) bool {
	*l = Layers{}
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		head := int(b[0]&0xf) * 4
		if head < 20 || len(b) < head+4 || binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
			return false
		}
		mapped(&l.Src, b[12:16])
		mapped(&l.Dst, b[16:20])
		l.Proto = event.Proto(b[9])
		b = b[head:]
	case len(b) >= 44 && b[0]>>4 == 6:
		l.Src, l.Dst, l.Proto = Addr(b[8:24]), Addr(b[24:40]), event.Proto(b[6])
		b = b[40:]
	default:
		return false
	}
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	return l.Proto == event.ProtoTCP || l.Proto == event.ProtoUDP
}
