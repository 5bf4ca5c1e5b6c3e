package keyword

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// tcpBits are the letters of flags.
func tcpBits(s string) (bits byte, err error) {
	for i := range len(s) {
		switch s[i] {
		case 'F', 'f':
			bits |= 1
		case 'S', 's':
			bits |= 2
		case 'R', 'r':
			bits |= 4
		case 'P', 'p':
			bits |= 8
		case 'A', 'a':
			bits |= 16
		case 'U', 'u':
			bits |= 32
		case 'E', 'e', '2':
			bits |= 64
		case 'C', 'c', '1':
			bits |= 128
		case '0', ' ':
		default:
			return 0, bad("%q is not a flag of TCP: F S R P A U E C or 0", string(s[i]))
		}
	}
	return bits, nil
}

// sign cuts the modifier + * or ! off, which may stand before or behind.
func sign(s string) (rest string, mod byte) {
	s = strings.TrimSpace(s)
	if s == "" {
		return s, 0
	}
	if strings.IndexByte("+*!", s[0]) >= 0 {
		return strings.TrimSpace(s[1:]), s[0]
	}
	if n := len(s) - 1; strings.IndexByte("+*!", s[n]) >= 0 {
		return strings.TrimSpace(s[:n]), s[n]
	}
	return s, 0
}

// bitTest is the test that a modifier asks for.
func bitTest(mod, want byte, have byte) bool {
	switch mod {
	case '+':
		return have&want == want
	case '*':
		return have&want != 0
	case '!':
		return have&want != want
	}
	return have == want
}

// flags reads flags:[+*!]LETTERS[,LETTERS not looked at].
func flags(b *builder, _, arg string) error {
	letters, ignored, _ := strings.Cut(arg, ",")
	letters, mod := sign(letters)
	if letters == "" {
		return bad("the letters of the flags are missing")
	}
	want, err := tcpBits(letters)
	if err != nil {
		return err
	}
	mask, err := tcpBits(strings.TrimLeft(strings.TrimSpace(ignored), "+*!"))
	if err != nil {
		return err
	}
	b.packetTest(func(p *wire.Packet) bool {
		h := tcp(p)
		return h != nil && bitTest(mod, want, h[13]&^mask)
	})
	return nil
}

// fragbits reads fragbits:[+*!]MDR.
func fragbits(b *builder, _, arg string) error {
	letters, mod := sign(arg)
	want := byte(0)
	for _, c := range letters {
		switch c {
		case 'M', 'm':
			want |= 0x20
		case 'D', 'd':
			want |= 0x40
		case 'R', 'r':
			want |= 0x80
		default:
			return bad("%q is not a fragment bit: M, D or R", string(c))
		}
	}
	if want == 0 {
		return bad("the letters of the bits are missing")
	}
	b.packetTest(func(p *wire.Packet) bool {
		h := ip4(p)
		return h != nil && bitTest(mod, want, h[6]&0xe0)
	})
	return nil
}

var ipOptions = map[string]byte{"eol": 0, "nop": 1, "rr": 7, "ts": 68, "sec": 130, "lsrr": 131, "esec": 133, "cipso": 134, "satid": 136, "ssrr": 137, "rtralt": 148, "qs": 25}

// ipopts asks for an option of IPv4.
func ipopts(b *builder, _, arg string) error {
	kind, ok := ipOptions[strings.ToLower(arg)]
	if !ok && arg != "any" {
		return bad("%q is not an option of IPv4", arg)
	}
	b.packetTest(func(p *wire.Packet) bool {
		h := ip4(p)
		if h == nil {
			return false
		}
		if arg == "any" {
			return len(h) > 20
		}
		return hasOption(h[20:], kind)
	})
	return nil
}

func hasOption(o []byte, kind byte) bool {
	for len(o) > 0 {
		if o[0] == kind {
			return true
		}
		switch {
		case o[0] == 0:
			return false
		case o[0] == 1:
			o = o[1:]
		case len(o) < 2 || o[1] < 2 || int(o[1]) > len(o):
			return false
		default:
			o = o[o[1]:]
		}
	}
	return false
}

func sameip(b *builder, _, _ string) error {
	b.packetTest(func(p *wire.Packet) bool { return p.Kind != wire.None && p.Kind != wire.ARP && p.Src == p.Dst })
	return nil
}

var protocols = map[string]uint8{
	"icmp": 1, "igmp": 2, "ipip": 4, "ipencap": 4, "tcp": 6, "egp": 8, "udp": 17, "dccp": 33, "ipv6": 41, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51,
	"ipv6-icmp": 58, "icmpv6": 58, "icmp6": 58, "eigrp": 88, "ospf": 89, "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "sctp": 132, "udplite": 136,
}

// versionOfIP reads l3_proto:ipv4 or ipv6.
func versionOfIP(b *builder, _, arg string) error {
	four := false
	switch strings.ToLower(strings.TrimSpace(arg)) {
	case "ipv4", "ip4":
		four = true
	case "ipv6", "ip6":
	default:
		return bad("%q is neither ipv4 nor ipv6", arg)
	}
	b.packetTest(func(p *wire.Packet) bool { return len(p.L3) > 0 && (p.L3[0]>>4 == 4) == four })
	return nil
}

// ipProto reads ip_proto:[!<>]NUMBER or a name.
func ipProto(b *builder, _, arg string) error {
	text := strings.TrimSpace(strings.Trim(arg, `"`))
	op := byte('=')
	if text != "" && strings.IndexByte("!<>", text[0]) >= 0 {
		op, text = text[0], strings.TrimSpace(text[1:])
	}
	want, ok := protocols[strings.ToLower(text)]
	if !ok {
		n, err := strconv.ParseUint(text, 0, 8)
		if err != nil {
			return bad("%q is neither the number nor the name of an IP protocol", text)
		}
		want = uint8(n)
	}
	b.packetTest(func(p *wire.Packet) bool {
		if p.Kind == wire.None || p.Kind == wire.ARP {
			return false
		}
		have := uint8(p.Proto)
		switch op {
		case '!':
			return have != want
		case '<':
			return have < want
		case '>':
			return have > want
		}
		return have == want
	})
	return nil
}
