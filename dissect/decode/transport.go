package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// transport reads what stands above IP; false when the protocol has no name here.
func (d *Decoder) transport(l *Layers, proto byte, b []byte, cut int) bool {
	switch proto {
	case byte(event.ProtoTCP):
		d.tcp(l, b, cut)
		return true
	case byte(event.ProtoUDP):
		d.udp(l, b, cut)
		return true
	}
	l.Payload, l.Cut, l.L4 = b, cut, b
	switch proto {
	case byte(event.ProtoICMP):
		d.icmp4(l, b, cut)
	case byte(event.ProtoICMPv6):
		d.icmp6(l, b, cut)
	case protoIPv4, protoIPv6:
		d.ipInIP(l, proto, b)
	case protoGRE:
		d.gre(l, b, cut)
	case protoL2TP:
		d.l2tp3(l, b)
	case protoSCTP:
		d.sctp(l, b, cut)
	case protoIGMP:
		d.igmp(l, b, cut)
	case protoESP:
		if len(b) < 8 {
			d.bad(l, ErrShort, wire.OnESPPacketTooSmall)
			break
		}
		l.L4, l.Payload = b[:8], b[8:]
	default:
		return others[proto]
	}
	return true
}

// others are protocols of IANA's register that are met on networks and not looked into.
var others = [256]bool{
	8: true, 46: true, 51: true, 54: true, 88: true, 89: true, 94: true, 97: true, 98: true, 103: true, 108: true, 112: true, protoMobility: true, protoUDPLite: true,
}

// ipInIP reads RFC 2003, RFC 2473 and RFC 4213 tunnels.
func (d *Decoder) ipInIP(l *Layers, proto byte, b []byte) {
	six := l.L3[0]>>4 == 6 // the outer one: Suricata tells of these only there
	kind, least, version := uint16(etherIPv4), 20, byte(4)
	small, wrong := wire.OnIPv6IPv4InIPv6TooSmall, wire.OnIPv6IPv4InIPv6WrongVersion
	if proto == protoIPv6 {
		kind, least, version = etherIPv6, 40, 6
		small, wrong = wire.OnIPv6IPv6InIPv6TooSmall, wire.OnIPv6IPv6InIPv6WrongVersion
	}
	switch {
	case len(b) < least && six:
		d.bad(l, ErrShort, small)
	case len(b) >= least && b[0]>>4 != version && six:
		d.bad(l, ErrMalformed, wrong)
	case len(b) >= least && b[0]>>4 == version:
		d.inner(l, kind, b)
	}
}

// tcp reads RFC 9293 §3.1.
func (d *Decoder) tcp(l *Layers, b []byte, cut int) {
	if len(b) < 20 {
		d.bad(l, ErrShort, wire.OnTCPPacketTooSmall)
		if len(b) >= 14 && cut > 0 { // a snap length that ends within the header still shows ports and flags
			tcpHead(l, b)
		}
		return
	}
	head := int(b[12]>>4) * 4
	if head < 20 || head > len(b)+cut {
		d.bad(l, ErrMalformed, wire.OnTCPHeaderLenTooSmall)
		return
	}
	tcpHead(l, b)
	if head > len(b) {
		l.Cut = cut - (head - len(b))
		return
	}
	l.Payload, l.Cut, l.L4 = b[head:], cut, b[:head]
	if head > 20 {
		tcpOptions(l, b[20:head])
	}
}

func tcpHead(l *Layers, b []byte) {
	l.Kind = TCP
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	l.Seq, l.Ack = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	l.Flags = b[13] & 0x3f
}

// TCP options (IANA) whose length is known, and the ones that may come but once.
const (
	optMSS    = 2
	optScale  = 3
	optSACKOK = 4
	optSACK   = 5
	optTime   = 8
	optMD5    = 19
	optAO     = 29
	optFast   = 34
	optExp1   = 253
	optExp2   = 254
)

// tcpOptions says what is wrong with the options of a segment.
func tcpOptions(l *Layers, b []byte) {
	if len(b) >= 12 && b[0] == 1 && b[1] == 1 && b[2] == optTime && b[3] == 10 && len(b) == 12 { // what nearly all have
		return
	}
	var seen uint64
	for len(b) > 0 {
		kind := b[0]
		if kind == 0 {
			return
		}
		if kind == 1 {
			b = b[1:]
			continue
		}
		if len(b) < 2 {
			return
		}
		n := int(b[1])
		if n < 2 || n > len(b) {
			odd(l, wire.OnTCPOptionInvalidLen)
			return
		}
		if single, ok := tcpOption(kind, b[:n]); !ok {
			odd(l, wire.OnTCPOptionInvalidLen)
		} else if single {
			if seen&(1<<(kind&63)) != 0 {
				odd(l, wire.OnTCPOptionDuplicate)
			}
			seen |= 1 << (kind & 63)
		}
		b = b[n:]
	}
}

// tcpOption tells whether an option may come but once, and whether its length is right.
func tcpOption(kind byte, b []byte) (single, ok bool) {
	n := len(b)
	switch kind {
	case optMSS:
		return true, n == 4
	case optScale:
		return true, n == 3
	case optSACKOK:
		return true, n == 2
	case optTime:
		return true, n == 10
	case optSACK: // RFC 2018 §3
		return true, n == 2 || n >= 10 && n <= 34 && (n-2)%8 == 0
	case optFast: // RFC 7413 §4.1.1
		return true, n == 2 || n >= 6 && n <= 18 && n%2 == 0
	case optExp1, optExp2:
		if n >= 4 && binary.BigEndian.Uint16(b[2:]) == 0xf989 { // TFO before it had a number
			return true, n == 4 || n >= 8 && n <= 20 && n%2 == 0
		}
	case optMD5:
		return true, n == 18
	case optAO:
		return true, n >= 4
	}
	return false, true
}

// udp reads RFC 768. Length 0 is a jumbogram's or offload's: the rest counts.
func (d *Decoder) udp(l *Layers, b []byte, cut int) {
	if len(b) < 8 {
		d.bad(l, ErrShort, wire.OnUDPHeaderLenTooSmall)
		return
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if length < 8 {
		if odd(l, wire.OnUDPLenInvalid); length != 0 {
			d.fail(ErrMalformed)
			return
		}
		length = len(b) + cut
	}
	if length > len(b) {
		if odd(l, wire.OnUDPPacketTooSmall); length > len(b)+cut {
			d.fail(ErrMalformed)
			return
		}
	}
	l.Kind = UDP
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	l.Payload, l.L4 = b[8:min(length, len(b))], b[:8]
	l.Cut = max(0, length-len(b))
	switch {
	case l.DstPort == portVXLAN:
		d.vxlan(l)
	case l.DstPort == portOTV:
		d.otv(l)
	case l.DstPort == portVXLANGPE:
		d.vxlanGPE(l)
	case l.DstPort == portGeneve:
		d.geneve(l)
	case l.DstPort == portTeredo || l.SrcPort == portTeredo:
		d.teredo(l)
	case l.DstPort == portL2TP || l.SrcPort == portL2TP:
		d.l2tp(l)
	}
}
