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
	8: true, 46: true, 51: true, 54: true, 88: true, 89: true, 94: true, 97: true, 98: true, 103: true, 108: true, 112: true, 115: true, protoMobility: true, protoUDPLite: true,
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
	if l.Cut > 0 {
		return
	}
	switch {
	case l.DstPort == portVXLAN:
		d.vxlan(l)
	case l.DstPort == portVXLANGPE:
		d.vxlanGPE(l)
	case l.DstPort == portGeneve:
		d.geneve(l)
	case l.DstPort == portTeredo || l.SrcPort == portTeredo:
		d.teredo(l)
	}
}

// sctp reads RFC 9260 §3: a common header, then chunks.
func (d *Decoder) sctp(l *Layers, b []byte, cut int) {
	if len(b) < 12 {
		d.bad(l, ErrShort, wire.OnSCTPPacketTooSmall)
		return
	}
	l.SrcPort, l.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	l.L4, l.Payload = b, b[12:]
	if data := firstData(b[12:]); data != nil {
		l.Payload = data
	}
	if cut == 0 {
		chunks(l, binary.BigEndian.Uint32(b[4:]), b[12:])
	}
}

// firstData is the user data of the first DATA chunk (RFC 9260 §3.3.1), nil where there is none.
func firstData(b []byte) []byte {
	for len(b) >= 4 {
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 4 || n > len(b) {
			return nil
		}
		if b[0] == 0 && n >= 16 {
			return b[16:n]
		}
		b = b[min(len(b), (n+3)&^3):]
	}
	return nil
}

// maxChunks is far more than a packet has reason to carry.
const maxChunks = 256

// chunks says what is wrong with the chunks of an SCTP packet whose verification tag is tag.
func chunks(l *Layers, tag uint32, b []byte) {
	count, data, alone := 0, 0, false
	for len(b) > 0 {
		if len(b) < 4 {
			odd(l, wire.OnSCTPChunkTooSmall)
			break
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 4 || n > len(b) {
			odd(l, wire.OnSCTPChunkLenInvalid)
			break
		}
		count++
		switch b[0] {
		case 0: // DATA
			data++
			if tag == 0 {
				odd(l, wire.OnSCTPDataWithZeroVtag)
			}
		case 1: // INIT
			alone = true
			if tag != 0 {
				odd(l, wire.OnSCTPInitWithNonZeroVtag)
			}
		case 2, 14: // INIT ACK, SHUTDOWN COMPLETE
			alone = true
		}
		b = b[min(len(b), (n+3)&^3):]
	}
	if alone && count > 1 {
		odd(l, wire.OnSCTPInitChunkBundled)
	}
	if count > maxChunks {
		odd(l, wire.OnSCTPTooManyChunks)
	}
	if data > maxChunks {
		odd(l, wire.OnSCTPTooManyDataChunks)
	}
}

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
