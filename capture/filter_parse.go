package capture

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/bpf"
)

// filterParser reads a filter from left to right.
type filterParser struct {
	text string
	at   int    // behind word
	col  int    // of word, from 0
	word string // "" at the end
}

const maxBrackets = 64

func (p *filterParser) wrong(format string, args ...any) error {
	near := "the end"
	if p.word != "" {
		near = strconv.Quote(p.word)
	}
	return fmt.Errorf("filter: column %d, at %s: %s", p.col+1, near, fmt.Sprintf(format, args...))
}

// next takes the next word or sign.
func (p *filterParser) next() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	p.col = p.at
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n()!&|", p.text[p.at]) < 0 {
		p.at++
	}
	if p.at == p.col && p.at < len(p.text) {
		p.at++
		if c := p.text[p.col]; (c == '&' || c == '|') && p.at < len(p.text) && p.text[p.at] == c {
			p.at++
		}
	}
	p.word = p.text[p.col:p.at]
}

func (p *filterParser) is(words ...string) bool {
	for _, w := range words {
		if p.word == w {
			p.next()
			return true
		}
	}
	return false
}

func (p *filterParser) or(depth int) (filterNode, error) {
	a, err := p.and(depth)
	for err == nil && p.is("or", "||") {
		var b filterNode
		if b, err = p.and(depth); err == nil {
			a = filterPair{bpf.ALUOpOr, a, b}
		}
	}
	return a, err
}

func (p *filterParser) and(depth int) (filterNode, error) {
	a, err := p.not(depth)
	for err == nil && p.is("and", "&&") {
		var b filterNode
		if b, err = p.not(depth); err == nil {
			a = filterPair{bpf.ALUOpAnd, a, b}
		}
	}
	return a, err
}

func (p *filterParser) not(depth int) (filterNode, error) {
	if depth > maxBrackets {
		return nil, p.wrong("more than %d brackets within each other", maxBrackets)
	}
	if p.is("not", "!") {
		n, err := p.not(depth + 1)
		return filterNot{n}, err
	}
	if p.is("(") {
		n, err := p.or(depth + 1)
		if err == nil && !p.is(")") {
			err = p.wrong("expected )")
		}
		return n, err
	}
	return p.primitive()
}

// kinds of packets by EtherType or protocol.
var filterKinds = map[string]filterNode{
	"ip": equals(memType, 0x0800), "ip6": equals(memType, 0x86dd), "arp": equals(memType, 0x0806),
	"tcp": equals(memProto, 6), "udp": equals(memProto, 17), "icmp": equals(memProto, 1), "icmp6": equals(memProto, 58),
}

func (p *filterParser) primitive() (filterNode, error) {
	if kind, ok := filterKinds[p.word]; ok {
		p.next()
		return clone(kind), nil
	}
	s, sided := sides{true, true}, false
	if p.word == "src" || p.word == "dst" {
		s, sided = sides{p.word == "src", p.word == "dst"}, true
		p.next()
	}
	switch {
	case p.is("host"):
		return p.host(s)
	case p.is("net"):
		return p.net(s)
	case p.is("port"):
		n, err := p.number(65535)
		return portTest(s, uint16(n), uint16(n)), err
	case p.is("portrange"):
		return p.ports(s)
	case sided:
		return nil, p.wrong("expected host, net, port or portrange")
	case p.is("proto"):
		n, err := p.number(255)
		return equals(memProto, n), err
	case p.is("vlan"):
		if p.word == "" || p.word[0] < '0' || p.word[0] > '9' {
			return filterNot{equals(memVLAN, noVLAN)}, nil
		}
		n, err := p.number(4095)
		return equals(memVLAN, n), err
	}
	return nil, p.wrong("expected host, net, port, portrange, vlan, proto, ip, ip6, arp, tcp, udp, icmp, icmp6, not or (")
}

// clone keeps a shared test from being fixed twice.
func clone(n filterNode) filterNode {
	return filterTest{append([]bpf.Instruction(nil), n.(filterTest).list...)}
}

func (p *filterParser) number(most uint32) (uint32, error) {
	n, err := strconv.ParseUint(p.word, 10, 32)
	if err != nil || n > uint64(most) {
		return 0, p.wrong("expected a number up to %d", most)
	}
	p.next()
	return uint32(n), nil
}

func (p *filterParser) host(s sides) (filterNode, error) {
	a, err := netip.ParseAddr(p.word)
	if err != nil || a.Zone() != "" {
		return nil, p.wrong("expected an address")
	}
	a = a.Unmap()
	p.next()
	return netTest(s, netip.PrefixFrom(a, a.BitLen())), nil
}

func (p *filterParser) net(s sides) (filterNode, error) {
	n, err := netip.ParsePrefix(p.word)
	if err != nil {
		return nil, p.wrong("expected a network such as 10.0.0.0/8")
	}
	if n.Masked() != n {
		return nil, p.wrong("the address has bits beyond the mask; did you mean %s?", n.Masked())
	}
	p.next()
	return netTest(s, n), nil
}

func (p *filterParser) ports(s sides) (filterNode, error) {
	a, b, ok := strings.Cut(p.word, "-")
	from, err := strconv.ParseUint(a, 10, 16)
	to, err2 := strconv.ParseUint(b, 10, 16)
	if !ok || err != nil || err2 != nil || from > to {
		return nil, p.wrong("expected two ports such as 5000-5010")
	}
	p.next()
	return portTest(s, uint16(from), uint16(to)), nil
}
