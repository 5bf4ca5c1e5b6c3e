package rule

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// Addresses is a set of IP addresses. It is immutable; nil holds every address.
type Addresses struct {
	Text    string // as written
	Negated bool   // some part of it is excluded
	v4      []span4
	v6      []span
}

type span4 struct{ lo, hi uint32 }

// number is an IPv6 address, or an IPv4 address mapped into it.
type number struct{ hi, lo uint64 }

type span struct{ lo, hi number }

var last = number{^uint64(0), ^uint64(0)}

func (a number) less(b number) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

func (a number) next() number {
	lo, carry := bits.Add64(a.lo, 1, 0)
	return number{a.hi + carry, lo}
}

func (a number) previous() number {
	lo, borrow := bits.Sub64(a.lo, 1, 0)
	return number{a.hi - borrow, lo}
}

func numberOf(b *[16]byte) (n number) {
	for i := range 8 {
		n.hi = n.hi<<8 | uint64(b[i])
		n.lo = n.lo<<8 | uint64(b[8+i])
	}
	return n
}

// mapped are the IPv4 addresses within IPv6.
var mapped = span{number{0, 0xffff_0000_0000}, number{0, 0xffff_ffff_ffff}}

// Contains reports whether the set holds a.
func (s *Addresses) Contains(a *wire.Addr) bool {
	if s == nil {
		return true
	}
	n := numberOf((*[16]byte)(a))
	if n.hi == 0 && n.lo>>32 == 0xffff {
		return s.has4(uint32(n.lo))
	}
	i, j := 0, len(s.v6)
	for i < j {
		m := (i + j) / 2
		if s.v6[m].hi.less(n) {
			i = m + 1
		} else {
			j = m
		}
	}
	return i < len(s.v6) && !n.less(s.v6[i].lo)
}

func (s *Addresses) has4(n uint32) bool {
	i, j := 0, len(s.v4)
	for i < j {
		m := (i + j) / 2
		if s.v4[m].hi < n {
			i = m + 1
		} else {
			j = m
		}
	}
	return i < len(s.v4) && s.v4[i].lo <= n
}

// Has is Contains for the addresses of a flow.
func (s *Addresses) Has(a netip.Addr) bool {
	b := wire.Addr(a.As16())
	return s.Contains(&b)
}

// ParseAddresses reads an address expression of a rule header: any, addresses, networks, ranges a-b, $VARIABLES, lists in
// brackets, each with "!" before it. It gives nil for every address.
func ParseAddresses(text string, vars map[string]string) (*Addresses, error) {
	set, err := addressSpans(text, vars, 0)
	if err != nil {
		return nil, err
	}
	if len(set) == 0 {
		return nil, fmt.Errorf("%q holds no address at all; take out the part that excludes everything", text)
	}
	if len(set) == 1 && set[0] == (span{number{}, last}) {
		return nil, nil
	}
	a := &Addresses{Text: text, Negated: negates(text, vars, 0)}
	for _, s := range set {
		a.add(s)
	}
	return a, nil
}

// negates tells whether an expression, or a variable in it, excludes something.
func negates(text string, vars map[string]string, depth int) bool {
	if strings.Contains(text, "!") {
		return true
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '[' || r == ']' || r == ',' || r == ' ' }) {
		if name, ok := strings.CutPrefix(part, "$"); ok && depth <= maxDepth && negates(vars[name], vars, depth+1) {
			return true
		}
	}
	return false
}

// add splits a span into its part of IPv4 and the rest.
func (s *Addresses) add(x span) {
	lo, hi := x.lo, x.hi
	if lo.less(mapped.lo) && !hi.less(mapped.lo) {
		s.v6 = append(s.v6, span{lo, mapped.lo.previous()})
		lo = mapped.lo
	}
	if !lo.less(mapped.lo) && !mapped.hi.less(lo) {
		end := hi
		if mapped.hi.less(hi) {
			end = mapped.hi
		}
		s.v4 = append(s.v4, span4{uint32(lo.lo), uint32(end.lo)})
		if !mapped.hi.less(hi) {
			return
		}
		lo = mapped.hi.next()
	}
	s.v6 = append(s.v6, span{lo, hi})
}

const maxDepth = 32 // of brackets and variables within each other

func addressSpans(text string, vars map[string]string, depth int) ([]span, error) {
	return parseSet(text, vars, depth, spanAlgebra)
}

var spanAlgebra = algebra[span]{
	what: "address",
	one:  addressSpan,
	all:  []span{{number{}, last}},
	merge: func(s []span) []span {
		slices.SortFunc(s, func(a, b span) int {
			if a.lo.less(b.lo) {
				return -1
			}
			if b.lo.less(a.lo) {
				return 1
			}
			return 0
		})
		out := s[:0]
		for _, x := range s {
			if n := len(out); n > 0 && (!out[n-1].hi.less(x.lo) || out[n-1].hi.next() == x.lo) {
				if out[n-1].hi.less(x.hi) {
					out[n-1].hi = x.hi
				}
				continue
			}
			out = append(out, x)
		}
		return out
	},
	invert: func(s []span) []span {
		var out []span
		from := number{}
		for _, x := range s {
			if from.less(x.lo) {
				out = append(out, span{from, x.lo.previous()})
			}
			if x.hi == last {
				return out
			}
			from = x.hi.next()
		}
		return append(out, span{from, last})
	},
}

// addressSpan reads one address, network or range.
func addressSpan(text string) (span, error) {
	if a, b, ok := strings.Cut(text, "-"); ok {
		lo, err := netip.ParseAddr(strings.TrimSpace(a))
		if err != nil {
			return span{}, fmt.Errorf("%q is not a range of addresses: %v", text, err)
		}
		hi, err := netip.ParseAddr(strings.TrimSpace(b))
		if err != nil || hi.Less(lo) || hi.Is4() != lo.Is4() {
			return span{}, fmt.Errorf("%q is not a range of addresses from low to high", text)
		}
		return spanOf(lo, hi), nil
	}
	addr, mask, ok := strings.Cut(text, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return span{}, fmt.Errorf("%q is not an address", text)
	}
	a = a.WithZone("")
	if !ok {
		return spanOf(a, a), nil
	}
	n, err := maskBits(mask, a)
	if err != nil {
		return span{}, err
	}
	p := netip.PrefixFrom(a, n).Masked()
	return spanOf(p.Addr(), lastOf(p)), nil
}

// maskBits reads a prefix length, or for IPv4 a netmask with dots.
func maskBits(mask string, a netip.Addr) (int, error) {
	n, err := strconv.Atoi(mask)
	if err == nil && n >= 0 && n <= a.BitLen() {
		return n, nil
	}
	if m, err := netip.ParseAddr(mask); err == nil && m.Is4() && a.Is4() {
		b := m.As4()
		x := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		if n := bits.LeadingZeros32(^x); x<<n == 0 {
			return n, nil
		}
	}
	return 0, fmt.Errorf("/%s is not a mask for %s", mask, a)
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func spanOf(lo, hi netip.Addr) span {
	a, b := lo.As16(), hi.As16()
	return span{numberOf(&a), numberOf(&b)}
}
