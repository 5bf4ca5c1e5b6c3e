package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// IP protocol numbers (IANA) beside those that event names.
const (
	protoHopByHop = 0
	protoIPv4     = 4
	protoIPv6     = 41
	protoRouting  = 43
	protoFragment = 44
	protoGRE      = 47
	protoAH       = 51
	protoNoNext   = 59
	protoDestOpts = 60
	protoMobility = 135
)

// ipv4 reads RFC 791. Total length 0 is what segmentation offload leaves: the rest of the frame counts.
func (d *Decoder) ipv4(p *capture.Packet, l *Layers, b []byte) error {
	if len(b) < 20 {
		return ErrShort
	}
	head := int(b[0]&0xf) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))
	beyond := p.OrigLen - len(p.Data) // cut off by the capture
	if total == 0 {
		total = len(b) + beyond
	}
	if b[0]>>4 != 4 || head < 20 || total < head || total > len(b)+beyond {
		return ErrMalformed
	}
	if len(b) < head {
		return ErrShort
	}
	l.Kind, l.IPLen, l.L3 = IP, total, b[:head]
	l.Src, l.Dst = mapped(b[12:16]), mapped(b[16:20])
	l.Proto = event.Proto(b[9])
	cut := max(0, total-len(b))
	b = b[:total-cut]
	if frag := binary.BigEndian.Uint16(b[6:]); frag&0x3fff != 0 {
		id := fragKey{src: l.Src, dst: l.Dst, id: uint32(binary.BigEndian.Uint16(b[4:])), proto: b[9]}
		return d.fragment(p, l, id, int(frag&0x1fff)*8, frag&0x2000 != 0, b[head:], cut)
	}
	return d.transport(p, l, b[9], b[head:], cut)
}

func mapped(b []byte) Addr {
	return Addr{10: 0xff, 11: 0xff, 12: b[0], 13: b[1], 14: b[2], 15: b[3]}
}

// ipv6 reads RFC 8200 with its extension headers.
func (d *Decoder) ipv6(p *capture.Packet, l *Layers, b []byte) error {
	if len(b) < 40 {
		return ErrShort
	}
	total := 40 + int(binary.BigEndian.Uint16(b[4:]))
	beyond := p.OrigLen - len(p.Data)
	if total == 40 && b[6] != protoNoNext { // jumbogram or offload: the rest of the frame
		total = len(b) + beyond
	}
	if b[0]>>4 != 6 || total > len(b)+beyond {
		return ErrMalformed
	}
	l.Kind, l.IPLen, l.L3 = IP, total, b[:40]
	l.Src, l.Dst = Addr(b[8:24]), Addr(b[24:40])
	cut := max(0, total-len(b))
	return d.extensions(p, l, b[6], b[40:total-cut], cut)
}

// extensions walks the headers between IPv6 and the transport (RFC 8200 §4).
func (d *Decoder) extensions(p *capture.Packet, l *Layers, next byte, b []byte, cut int) error {
	for {
		var n int
		l.Proto = event.Proto(next)
		switch next {
		case protoHopByHop, protoRouting, protoDestOpts, protoMobility:
			if len(b) < 8 {
				return ErrShort
			}
			n = int(b[1])*8 + 8
		case protoAH: // RFC 4302 §2.2: in 32-bit words, minus 2
			if len(b) < 8 {
				return ErrShort
			}
			n = int(b[1])*4 + 8
		case protoFragment:
			return d.fragment6(p, l, b, cut)
		default:
			return d.transport(p, l, next, b, cut)
		}
		if len(b) < n {
			return ErrShort
		}
		if d.deeper() {
			return ErrDepth
		}
		next, b = b[0], b[n:]
		if !l.Whole { // the headers stand behind one another in the frame
			l.L3 = l.L3[:len(l.L3)+n]
		}
	}
}

func (d *Decoder) fragment6(p *capture.Packet, l *Layers, b []byte, cut int) error {
	if len(b) < 8 {
		return ErrShort
	}
	off := binary.BigEndian.Uint16(b[2:])
	if off&0xfff9 == 0 { // atomic fragment (RFC 6946)
		if d.deeper() {
			return ErrDepth
		}
		if !l.Whole {
			l.L3 = l.L3[:len(l.L3)+8]
		}
		return d.extensions(p, l, b[0], b[8:], cut)
	}
	id := fragKey{src: l.Src, dst: l.Dst, id: binary.BigEndian.Uint32(b[4:]), proto: b[0], six: true}
	l.Proto = event.Proto(b[0])
	return d.fragment(p, l, id, int(off&0xfff8), off&1 != 0, b[8:], cut)
}

// fragment waits for the rest of a datagram and goes on when it is whole.
func (d *Decoder) fragment(p *capture.Packet, l *Layers, id fragKey, off int, more bool, b []byte, cut int) error {
	l.Kind = Fragment
	if d.deeper() {
		return ErrDepth
	}
	if cut > 0 {
		return ErrShort
	}
	whole, err := d.frags.add(p.Nanos, id, off, more, b)
	if err != nil || whole == nil {
		return err
	}
	l.Kind, l.Whole = IP, true
	l.IPLen = 20 + len(whole)
	if id.six {
		l.IPLen += 20
		return d.extensions(p, l, id.proto, whole, 0)
	}
	return d.transport(p, l, id.proto, whole, 0)
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
		l.Src, l.Dst, l.Proto = mapped(b[12:16]), mapped(b[16:20]), event.Proto(b[9])
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
