package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// transport reads what stands above IP.
func (d *Decoder) transport(p *capture.Packet, l *Layers, proto byte, b []byte, cut int) error {
	switch proto {
	case byte(event.ProtoTCP):
		return tcp(l, b, cut)
	case byte(event.ProtoUDP):
		return d.udp(p, l, b, cut)
	case byte(event.ProtoICMP), byte(event.ProtoICMPv6):
		return icmp(l, b, cut)
	case protoIPv4, protoIPv6:
		if d.deeper() {
			return ErrDepth
		}
		return d.raw(p, l, b)
	case protoGRE:
		return d.gre(p, l, b, cut)
	}
	l.Payload, l.Cut, l.L4 = b, cut, b
	return nil
}

// tcp reads RFC 9293 §3.1.
func tcp(l *Layers, b []byte, cut int) error {
	if len(b) < 20 {
		if len(b) >= 14 && cut > 0 { // a snap length that ends within the header still shows ports and flags
			tcpHead(l, b)
		}
		return ErrShort
	}
	head := int(b[12]>>4) * 4
	if head < 20 || head > len(b)+cut {
		return ErrMalformed
	}
	tcpHead(l, b)
	if head > len(b) {
		l.Cut = cut - (head - len(b))
		return nil
	}
	l.Payload, l.Cut, l.L4 = b[head:], cut, b[:head]
	return nil
}

func tcpHead(l *Layers, b []byte) {
	l.Kind = TCP
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	l.Seq, l.Ack = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	l.Flags = b[13] & 0x3f
}

// udp reads RFC 768. Length 0 is a jumbogram's or offload's: the rest counts.
func (d *Decoder) udp(p *capture.Packet, l *Layers, b []byte, cut int) error {
	if len(b) < 8 {
		return ErrShort
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if length == 0 {
		length = len(b) + cut
	}
	if length < 8 || length > len(b)+cut {
		return ErrMalformed
	}
	l.Kind = UDP
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	l.Payload, l.L4 = b[8:min(length, len(b))], b[:8]
	l.Cut = max(0, length-len(b))
	if l.DstPort == portVXLAN && l.Cut == 0 {
		return d.vxlan(p, l)
	}
	return nil
}

// icmp reads RFC 792 and RFC 4443; ID is valid for echo and its like.
func icmp(l *Layers, b []byte, cut int) error {
	if len(b) < 4 {
		return ErrShort
	}
	l.Kind, l.Type, l.Code, l.L4 = ICMP, b[0], b[1], b[:min(8, len(b))]
	if len(b) >= 8 {
		l.ID = binary.BigEndian.Uint16(b[4:])
		l.Payload = b[8:]
	}
	l.Cut = cut
	return nil
}
