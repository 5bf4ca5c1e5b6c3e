package keyword

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// sum adds up b as checksums of the Internet do (RFC 1071); odd tells that b ends in half a word.
func sum(total uint32, b []byte) uint32 {
	for ; len(b) >= 2; b = b[2:] {
		total += uint32(binary.BigEndian.Uint16(b))
		total = total&0xffff + total>>16
	}
	if len(b) == 1 {
		total += uint32(b[0]) << 8
	}
	return total&0xffff + total>>16
}

func valid(total uint32) bool { return (total&0xffff+total>>16)&0xffff == 0xffff }

// pseudo is the sum of the pseudo header.
func pseudo(p *wire.Packet, length int) uint32 {
	total := uint32(uint8(p.Proto)) + uint32(length)
	if p.Src.IP().Is4() {
		return sum(sum(total, p.Src[12:]), p.Dst[12:])
	}
	return sum(sum(total, p.Src[:]), p.Dst[:])
}

// segment is the sum of what is above IP; headers have an even length.
func segment(p *wire.Packet, total uint32) uint32 { return sum(sum(total, p.L4), p.Payload) }

// checksum is a keyword that asks whether a checksum is valid; ok tells it, has whether the packet has one that can be computed.
func checksum(has func(p *wire.Packet) bool, ok func(p *wire.Packet) bool) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		want := arg == "valid" || arg == `"valid"`
		if !want && arg != "invalid" && arg != `"invalid"` {
			return bad("%q is neither valid nor invalid", arg)
		}
		b.packetTest(func(p *wire.Packet) bool { return p.Cut == 0 && has(p) && ok(p) == want })
		return nil
	}
}

func over4(kind wire.Kind) func(p *wire.Packet) bool {
	return func(p *wire.Packet) bool { return p.Kind == kind && ip4(p) != nil }
}

func over6(kind wire.Kind) func(p *wire.Packet) bool {
	return func(p *wire.Packet) bool { return p.Kind == kind && ip6(p) != nil }
}

func transportSum(p *wire.Packet) bool {
	return valid(segment(p, pseudo(p, len(p.L4)+len(p.Payload))))
}

// udpSum is transportSum; over IPv4 a checksum of zero was not computed.
func udpSum(p *wire.Packet) bool {
	if n, ok := word(p.L4, 6, 2); ok && n == 0 && ip4(p) != nil {
		return true
	}
	return transportSum(p)
}

func plainSum(p *wire.Packet) bool { return valid(segment(p, 0)) }

var checksums = map[string]func(*builder, string, string) error{
	"ipv4-csum":   checksum(func(p *wire.Packet) bool { return ip4(p) != nil }, func(p *wire.Packet) bool { return valid(sum(0, ip4(p))) }),
	"tcpv4-csum":  checksum(over4(wire.TCP), transportSum),
	"tcpv6-csum":  checksum(over6(wire.TCP), transportSum),
	"udpv4-csum":  checksum(over4(wire.UDP), udpSum),
	"udpv6-csum":  checksum(over6(wire.UDP), udpSum),
	"icmpv4-csum": checksum(func(p *wire.Packet) bool { return icmp4(p) != nil }, plainSum),
	"icmpv6-csum": checksum(func(p *wire.Packet) bool { return icmp6(p) != nil }, transportSum),
	"igmp-csum":   checksum(func(p *wire.Packet) bool { return igmp(p) != nil }, plainSum),
}
