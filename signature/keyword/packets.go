package keyword

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// Where the headers of a packet are; nil when it has none of that kind.
func ip4(p *wire.Packet) []byte {
	if p.Kind != wire.ARP && len(p.L3) >= 20 && p.L3[0]>>4 == 4 {
		return p.L3
	}
	return nil
}

func ip6(p *wire.Packet) []byte {
	if p.Kind != wire.ARP && len(p.L3) >= 40 && p.L3[0]>>4 == 6 {
		return p.L3
	}
	return nil
}

func tcp(p *wire.Packet) []byte {
	if p.Kind == wire.TCP && len(p.L4) >= 20 {
		return p.L4
	}
	return nil
}

func icmp4(p *wire.Packet) []byte { return icmpOf(p, 1) }
func icmp6(p *wire.Packet) []byte { return icmpOf(p, 58) }

func icmpOf(p *wire.Packet, proto uint8) []byte {
	if p.Kind == wire.ICMP && uint8(p.Proto) == proto && len(p.L4) >= 4 {
		return p.L4
	}
	return nil
}

func igmp(p *wire.Packet) []byte {
	if uint8(p.Proto) == 2 && p.Kind == wire.IP && len(p.L4) >= 1 {
		return p.L4
	}
	return nil
}

// headerNumber is a keyword that compares a number of a header; get tells it, false when the packet has none.
func headerNumber(k numeric, get func(p *wire.Packet) (uint64, bool)) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		c, err := k.compare(strings.Trim(arg, `"`))
		if err != nil {
			return err
		}
		b.packetTest(func(p *wire.Packet) bool {
			n, ok := get(p)
			return ok && c.Holds(n)
		})
		return nil
	}
}

func (b *builder) packetTest(f func(p *wire.Packet) bool) {
	b.packet = true
	b.test(func(_ *content.State, p *wire.Packet, _ *wire.Flow, _ wire.Dir) bool { return p != nil && f(p) })
}

// word reads a number of n bytes at i of a header.
func word(h []byte, i, n int) (uint64, bool) {
	if len(h) < i+n {
		return 0, false
	}
	v := uint64(0)
	for _, c := range h[i : i+n] {
		v = v<<8 | uint64(c)
	}
	return v, true
}

func ttl(p *wire.Packet) (uint64, bool) {
	if h := ip4(p); h != nil {
		return uint64(h[8]), true
	}
	if h := ip6(p); h != nil {
		return uint64(h[7]), true
	}
	return 0, false
}

// icmpWord is a number in the second half of an ICMP header; echo, time stamp, information and mask messages have it.
func icmpWord(at int) func(p *wire.Packet) (uint64, bool) {
	return func(p *wire.Packet) (uint64, bool) {
		if h := icmp4(p); h != nil {
			switch p.Type {
			case 0, 8, 13, 14, 15, 16, 17, 18:
				return word(h, at, 2)
			}
			return 0, false
		}
		if h := icmp6(p); h != nil && (p.Type == 128 || p.Type == 129) {
			return word(h, at, 2)
		}
		return 0, false
	}
}

// tcpOption is the content of an option of a TCP header, nil when it is not there.
func tcpOption(p *wire.Packet, kind byte) []byte {
	h := tcp(p)
	if h == nil {
		return nil
	}
	for o := h[20:]; len(o) > 0; {
		if o[0] == 0 {
			return nil
		}
		if o[0] == 1 {
			o = o[1:]
			continue
		}
		if len(o) < 2 || o[1] < 2 || int(o[1]) > len(o) {
			return nil
		}
		if o[0] == kind {
			return o[2:o[1]]
		}
		o = o[o[1]:]
	}
	return nil
}

func tcpOptionNumber(kind byte, size int) func(p *wire.Packet) (uint64, bool) {
	return func(p *wire.Packet) (uint64, bool) { return word(tcpOption(p, kind), 0, size) }
}

// typeOfService reads tos:[!]NUMBER; a hexadecimal one may begin with x alone.
func typeOfService(b *builder, name, arg string) error {
	text, not := strings.CutPrefix(strings.TrimSpace(arg), "!")
	if digits, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "x"); ok {
		arg = "0x" + digits
		if not {
			arg = "!" + arg
		}
	}
	return headerNumber(u8, func(p *wire.Packet) (uint64, bool) { return word(ip4(p), 1, 1) })(b, name, arg)
}

// dsize compares the payload of a packet, so it cannot stand beside buffers that are made of many packets.
func dsize(b *builder, name, arg string) error {
	b.sized = true
	return headerNumber(u16, payloadSize)(b, name, arg)
}

func payloadSize(p *wire.Packet) (uint64, bool) {
	return uint64(len(p.Payload) + p.Cut), p.Kind != wire.ARP && p.Kind != wire.None
}

func isICMP(p *wire.Packet) bool { return p.Kind == wire.ICMP }

var u8, u16, u32 = numeric{bits: 8}, numeric{bits: 16}, numeric{bits: 32}

// packetNumbers are the keywords that compare one number of a header.
var packetNumbers = map[string]func(*builder, string, string) error{
	"ttl": headerNumber(u8, ttl),
	"tos": typeOfService,
	"id":  headerNumber(u16, func(p *wire.Packet) (uint64, bool) { return word(ip4(p), 4, 2) }),
	"fragoffset": headerNumber(u16, func(p *wire.Packet) (uint64, bool) {
		if n, ok := word(ip4(p), 6, 2); ok {
			return n & 0x1fff, true
		}
		return fragOffset6(p)
	}),
	"seq":             headerNumber(u32, func(p *wire.Packet) (uint64, bool) { return uint64(p.Seq), p.Kind == wire.TCP }),
	"ack":             headerNumber(u32, func(p *wire.Packet) (uint64, bool) { return uint64(p.Ack), p.Kind == wire.TCP }),
	"window":          headerNumber(u16, func(p *wire.Packet) (uint64, bool) { return word(tcp(p), 14, 2) }),
	"tcp.mss":         headerNumber(u16, tcpOptionNumber(2, 2)),
	"tcp.wscale":      headerNumber(u8, tcpOptionNumber(3, 1)),
	"dsize":           dsize,
	"itype":           headerNumber(u8, func(p *wire.Packet) (uint64, bool) { return uint64(p.Type), isICMP(p) }),
	"icode":           headerNumber(u8, func(p *wire.Packet) (uint64, bool) { return uint64(p.Code), isICMP(p) }),
	"icmp_id":         headerNumber(u16, icmpWord(4)),
	"icmp_seq":        headerNumber(u16, icmpWord(6)),
	"icmpv6.mtu":      headerNumber(u32, func(p *wire.Packet) (uint64, bool) { n, ok := word(icmp6(p), 4, 4); return n, ok && p.Type == 2 }),
	"igmp.type":       headerNumber(u8, func(p *wire.Packet) (uint64, bool) { return word(igmp(p), 0, 1) }),
	"vlan.layers":     headerNumber(u8, func(p *wire.Packet) (uint64, bool) { return uint64(p.Tags), true }),
	"arp.opcode":      headerNumber(u16, func(p *wire.Packet) (uint64, bool) { n, ok := word(p.L3, 6, 2); return n, ok && p.Kind == wire.ARP }),
	"udp.length":      headerNumber(u16, func(p *wire.Packet) (uint64, bool) { n, ok := word(p.L4, 4, 2); return n, ok && p.Kind == wire.UDP }),
	"sctp.vtag":       headerNumber(u32, vtag),
	"sctp.chunk_cnt":  headerNumber(u16, chunkCount),
	"sctp.chunk_type": chunkType,
	"ipv4.version":    headerNumber(u8, func(p *wire.Packet) (uint64, bool) { return 4, ip4(p) != nil }),
}

// fragOffset6 is the offset of a fragment of IPv6.
func fragOffset6(p *wire.Packet) (uint64, bool) {
	h := ip6(p)
	if h == nil {
		return 0, false
	}
	next, at := h[6], 40
	for at+8 <= len(h) {
		switch next {
		case 44:
			return uint64(binary.BigEndian.Uint16(h[at+2:]) >> 3), true
		case 0, 43, 60:
			next, at = h[at], at+8+8*int(h[at+1])
		default:
			return 0, false
		}
	}
	return 0, false
}

// packetBuffers are the sticky buffers that are made of a packet.
var packetBuffers = map[string]func(p *wire.Packet, f *wire.Flow, d wire.Dir) []byte{
	"ipv4.hdr":   func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return ip4(p) },
	"ipv6.hdr":   func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return ip6(p) },
	"tcp.hdr":    func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return tcp(p) },
	"icmpv4.hdr": func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return icmp4(p) },
	"icmpv6.hdr": func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return icmp6(p) },
	"sctp.hdr":   func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return sctp(p) },
	"igmp.hdr":   func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return igmp(p) },
	"udp.hdr": func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte {
		if p.Kind == wire.UDP {
			return p.L4
		}
		return nil
	},
	"ether.hdr": func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte {
		if p.Link == 1 && len(p.L2) >= 14 {
			return p.L2[:14]
		}
		return nil
	},
	"ip.src": func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return address(p, &p.Src) },
	"ip.dst": func(p *wire.Packet, _ *wire.Flow, _ wire.Dir) []byte { return address(p, &p.Dst) },
}

// packetLists are those of which a packet may have several.
var packetLists = map[string]func(p *wire.Packet, try func(b []byte) bool) bool{"sctp.chunk_data": userData}

// address is an address of a packet as 4 or 16 bytes.
func address(p *wire.Packet, a *wire.Addr) []byte {
	switch {
	case p.Kind == wire.None || p.Kind == wire.ARP:
		return nil
	case a.IP().Is4():
		return a[12:]
	}
	return a[:]
}

// packetBuffer enters a buffer that is made of the packet.
func packetBuffer(b *builder, name, _ string) error {
	for _, p := range b.places {
		if p.name == name && p.desc == nil && len(p.transforms) == 0 {
			b.at, b.last, b.base64 = p, nil, nil
			return nil
		}
	}
	b.enter(&place{name: b.pool.text(name), own: packetBuffers[name], each: packetLists[name]})
	b.packet = b.packet || name != "ip.src" && name != "ip.dst"
	return nil
}

// packetPlace makes a condition on packets of a buffer that is made of them.
func packetPlace(p *place) rule.Test {
	chain := &content.Chain{Steps: p.steps}
	chain.Link()
	get, each, changes := p.own, p.each, p.transforms
	holds := func(s *content.State, buf []byte) bool {
		if buf == nil {
			return false
		}
		for _, t := range changes {
			buf = t.Do(nil, buf)
		}
		start, open := s.Start, s.Open
		s.Start, s.Open = 0, false
		ok := chain.Match(s, buf)
		s.Start, s.Open = start, open
		return ok
	}
	return func(s *content.State, pkt *wire.Packet, f *wire.Flow, d wire.Dir) bool {
		switch {
		case pkt == nil:
			return false
		case each != nil:
			return each(pkt, func(b []byte) bool { return holds(s, b) })
		}
		return holds(s, get(pkt, f, d))
	}
}
