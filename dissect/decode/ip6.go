package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// ipv6 reads RFC 8200 with its extension headers.
func (d *Decoder) ipv6(l *Layers, b []byte) bool {
	if !d.deeper(l) {
		return false
	}
	if len(b) < 40 {
		return d.bad(l, ErrShort, wire.OnIPv6PacketTooSmall)
	}
	if b[0]>>4 != 6 {
		return d.bad(l, ErrMalformed, wire.OnIPv6WrongIPVersion)
	}
	total := 40 + int(binary.BigEndian.Uint16(b[4:]))
	if total == 40 && b[6] != protoNoNext { // jumbogram or offload: the rest of the frame
		total = len(b) + d.beyond
	}
	if total > len(b) {
		odd(l, wire.OnIPv6TruncPacket)
		if total > len(b)+d.beyond {
			return d.fail(ErrMalformed)
		}
	}
	l.Kind, l.IPLen, l.L3 = IP, total, b[:40]
	l.Src, l.Dst = Addr(b[8:24]), Addr(b[24:40])
	cut := max(0, total-len(b))
	if next := b[6]; extension(next) {
		d.extensions(l, b[:total-cut], cut)
	} else {
		l.Proto = event.Proto(next)
		d.above6(l, next, b[40:total-cut], cut)
	}
	return true
}

func extension(next byte) bool {
	switch next {
	case protoHopByHop, protoRouting, protoFragment, protoAH, protoNoNext, protoDestOpts, protoMobility, protoHIP, protoShim6:
		return true
	}
	return false
}

// above6 reads what the last header announces.
func (d *Decoder) above6(l *Layers, next byte, b []byte, cut int) {
	if next == byte(event.ProtoICMP) {
		d.bad(l, ErrMalformed, wire.OnIPv6ICMPv4)
		l.L4 = b
		return
	}
	if !d.transport(l, next, b, cut) {
		odd(l, wire.OnIPv6UnknownNextHeader)
	}
}

// seen6 are the extension headers that a packet has had.
type seen6 struct {
	hop, routing, fragment, auth bool
	dest                         int
}

// extensions walks the headers between IPv6 and the transport (RFC 8200 §4); b is the whole datagram.
func (d *Decoder) extensions(l *Layers, b []byte, cut int) {
	var seen seen6
	next, link, at := b[6], 6, 40 // link is where next was announced
	for {
		l.Proto = event.Proto(next)
		rest := b[at:]
		if next == protoNoNext {
			if len(rest) > 0 {
				odd(l, wire.OnIPv6DataAfterNoneHeader)
			}
			l.Payload, l.Cut = rest, cut
			return
		}
		if len(rest) < 2 {
			d.bad(l, ErrShort, wire.OnIPv6TruncExt)
			return
		}
		if !extension(next) {
			d.above6(l, next, rest, cut)
			return
		}
		n := extLen(next, rest[1])
		if n > len(rest) {
			d.bad(l, ErrShort, wire.OnIPv6TruncExt)
			return
		}
		h := rest[:n]
		if next == protoFragment {
			if !d.fragment6(l, &seen, b, link, at, cut) {
				return
			}
		} else {
			header6(l, &seen, next, h)
		}
		next, link, at = h[0], at, at+n
		l.L3 = b[:at]
	}
}

// extLen is how long an extension header is whose length field is v.
func extLen(next, v byte) int {
	switch next {
	case protoFragment:
		return 8
	case protoAH: // RFC 4302 §2.2: in 32-bit words, minus 2
		return int(v)*4 + 8
	}
	return int(v)*8 + 8
}

// header6 says what is wrong with an extension header.
func header6(l *Layers, seen *seen6, next byte, h []byte) {
	switch next {
	case protoHopByHop:
		if seen.hop {
			odd(l, wire.OnIPv6ExtDuplHh)
			return
		}
		seen.hop = true
		options6(l, h[2:], wire.OnIPv6HopoptsUnknownOption, wire.OnIPv6HopoptsOnlyPadding)
	case protoDestOpts: // twice are fine: before a routing header, and last
		if seen.dest == 2 {
			odd(l, wire.OnIPv6ExtDuplDh)
			return
		}
		seen.dest++
		options6(l, h[2:], wire.OnIPv6DstoptsUnknownOption, wire.OnIPv6DstoptsOnlyPadding)
	case protoRouting:
		if h[2] == 0 { // RFC 5095
			odd(l, wire.OnIPv6RhType0)
		}
		if seen.routing {
			odd(l, wire.OnIPv6ExtDuplRh)
		}
		seen.routing = true
	case protoAH:
		if binary.BigEndian.Uint16(h[2:]) != 0 {
			odd(l, wire.OnIPv6ExtAhResNotNull)
		}
		if seen.auth {
			odd(l, wire.OnIPv6ExtDuplAh)
		}
		seen.auth = true
	}
}

// Options of IPv6 (IANA) that are known, with the length that they must have at least.
var known6 = map[byte]int{0x05: 2, 0xc2: 4, 0xc9: 16} // router alert, jumbo payload, home address

// options6 reads the options of a hop-by-hop or destination options header (RFC 8200 §4.2).
func options6(l *Layers, b []byte, unknown, padding wire.Event) {
	pads, others := 0, 0
	for len(b) > 0 {
		if b[0] == 0 {
			pads++
			b = b[1:]
			continue
		}
		if len(b) < 2 || 2+int(b[1]) > len(b) {
			odd(l, wire.OnIPv6ExtInvalidOptionLen)
			break
		}
		n := int(b[1])
		least, ok := known6[b[0]]
		switch {
		case b[0] == 1:
			pads++
			if n == 0 {
				odd(l, wire.OnIPv6ZeroLenPadn)
			}
		case !ok:
			others++
			odd(l, unknown)
		default:
			others++
			if n < least {
				odd(l, wire.OnIPv6ExtInvalidOptionLen)
				return
			}
		}
		b = b[2+n:]
	}
	if pads > 0 && others == 0 {
		odd(l, padding)
	}
}

// fragment6 reads a fragment header at b[at:]; true says that the packet goes on behind it (RFC 6946: atomic).
func (d *Decoder) fragment6(l *Layers, seen *seen6, b []byte, link, at, cut int) bool {
	h, data := b[at:at+8], b[at+8:]
	if h[1] != 0 {
		odd(l, wire.OnIPv6FhNonZeroReservedField)
	}
	if seen.fragment {
		odd(l, wire.OnIPv6ExtDuplFh)
		return true
	}
	seen.fragment = true
	field := binary.BigEndian.Uint16(h[2:])
	off, more := int(field&0xfff8), field&1 != 0
	if more && len(data)%8 != 0 && cut == 0 {
		odd(l, wire.OnIPv6FragInvalidLength)
	}
	if off == 0 && !more {
		odd(l, wire.OnIPv6ExtUselessFh)
		return true
	}
	l.L3, l.Proto = b[:at+8], event.Proto(h[0])
	id := fragKey{src: l.Src, dst: l.Dst, vlan: l.VLAN, id: binary.BigEndian.Uint32(h[4:]), six: true}
	d.fragment(l, fragment{key: id, off: off, more: more, head: b[:at], link: link, next: h[0], b: data, cut: cut})
	return false
}
