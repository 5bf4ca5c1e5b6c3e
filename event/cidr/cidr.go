// Package cidr does arithmetic with ranges of addresses.
package cidr

import (
	"net/netip"
	"slices"
)

// Single is the range of one address, without zone; an IPv4 address in IPv6 form is IPv4.
func Single(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen())
}

// Unmapped gives a range of IPv4 addresses in IPv6 form as one of IPv4.
func Unmapped(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}

// Carve gives the ranges without the holes, as the fewest prefixes of each. Both may be of either family.
func Carve(ranges, holes []netip.Prefix) []netip.Prefix {
	out := slices.Clone(ranges)
	for _, hole := range holes {
		var next []netip.Prefix
		for _, p := range out {
			next = append(next, without(p, hole)...)
		}
		out = next
	}
	return out
}

// Covered reports whether the ranges, taken together, hold all of p.
func Covered(p netip.Prefix, ranges []netip.Prefix) bool {
	return len(Carve([]netip.Prefix{p}, ranges)) == 0
}

// without is p less hole: the halves of p that do not hold it, down to it.
func without(p, hole netip.Prefix) []netip.Prefix {
	p, hole = p.Masked(), Unmapped(hole)
	switch {
	case !p.Overlaps(hole):
		return []netip.Prefix{p}
	case hole.Bits() <= p.Bits():
		return nil
	}
	var out []netip.Prefix
	for p.Bits() < hole.Bits() {
		low, high := halves(p)
		if low.Contains(hole.Addr()) {
			out, p = append(out, high), low
		} else {
			out, p = append(out, low), high
		}
	}
	return out
}

func halves(p netip.Prefix) (low, high netip.Prefix) {
	bits := p.Bits() + 1
	raw := p.Addr().AsSlice()
	raw[(bits-1)/8] |= 0x80 >> ((bits - 1) % 8)
	a, _ := netip.AddrFromSlice(raw)
	return netip.PrefixFrom(p.Addr(), bits), netip.PrefixFrom(a, bits)
}

// Last is the highest address of a range.
func Last(p netip.Prefix) netip.Addr {
	raw := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(raw); i++ {
		raw[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(raw)
	return a
}

// Span is the fewest prefixes that hold the addresses from first to last, both of one family; none where last comes before first.
func Span(first, last netip.Addr) (out []netip.Prefix) {
	for a := first; a.IsValid() && a.BitLen() == last.BitLen() && a.Compare(last) <= 0; {
		p := netip.PrefixFrom(a, a.BitLen())
		for p.Bits() > 0 {
			wider := netip.PrefixFrom(a, p.Bits()-1)
			if wider.Masked().Addr() != a || Last(wider).Compare(last) > 0 {
				break
			}
			p = wider
		}
		out = append(out, p)
		a = Last(p).Next()
	}
	return out
}
