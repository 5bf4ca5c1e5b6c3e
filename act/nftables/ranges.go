package nftables

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/google/nftables"

	"github.com/yagura-project/yagura/event/cidr"
)

// The sets of whole ranges, apart from those of single addresses: in a set of intervals two must not overlap, and a
// machine may have an order of its own beside the one of its zone.
const (
	setNet4 = "isolated_net4"
	setNet6 = "isolated_net6"
)

// setNames are all sets, those that every layout had first.
var setNames = []string{set4, set6, setMAC, setNet4, setNet6}

// rangeKey is a range as an element: its first address, and one byte for its length.
func rangeKey(p netip.Prefix) key {
	p = cidr.Unmapped(p).Masked()
	set := setNet6
	if p.Addr().Is4() {
		set = setNet4
	}
	return key{set, string(append(p.Addr().AsSlice(), byte(p.Bits())))}
}

func (k key) wide() bool { return k.set == setNet4 || k.set == setNet6 }

// prefix is what an element of addresses holds; invalid for a hardware address.
func (k key) prefix() netip.Prefix {
	raw, bits := []byte(k.bytes), -1
	if n := len(raw) - 1; k.wide() && n > 0 {
		raw, bits = raw[:n], int(raw[n])
	}
	a, ok := netip.AddrFromSlice(raw)
	switch {
	case !ok || k.set == setMAC:
		return netip.Prefix{}
	case bits < 0:
		bits = a.BitLen()
	}
	return netip.PrefixFrom(a, bits)
}

// ends are the two elements by which the kernel holds a range: its beginning, which has the time and the order, and the
// first address behind it, which has neither. A range that goes to the last address of all has no end.
func ends(k key, e nftables.SetElement) []nftables.SetElement {
	p := k.prefix()
	e.Key = p.Addr().AsSlice()
	out := []nftables.SetElement{e}
	if behind := cidr.Last(p).Next(); behind.IsValid() {
		out = append(out, nftables.SetElement{Key: behind.AsSlice(), IntervalEnd: true})
	}
	return out
}

// intervals puts beginnings and ends that the kernel lists together again.
func intervals(elements []nftables.SetElement) map[key]value {
	var stops []netip.Addr
	for _, e := range elements {
		if a, ok := netip.AddrFromSlice(e.Key); ok && e.IntervalEnd {
			stops = append(stops, a)
		}
	}
	slices.SortFunc(stops, netip.Addr.Compare)
	out := map[key]value{}
	for _, e := range elements {
		from, ok := netip.AddrFromSlice(e.Key)
		if !ok || e.IntervalEnd {
			continue
		}
		last := cidr.Last(netip.PrefixFrom(from, 0))
		if i, _ := slices.BinarySearchFunc(stops, from.Next(), netip.Addr.Compare); i < len(stops) {
			last = stops[i].Prev()
		}
		for _, p := range cidr.Span(from, last) {
			out[rangeKey(p)] = value{e.Comment, e.Expires}
		}
	}
	return out
}

// arrange says which ranges have to go and to come so that an order has what it wants. Of what two orders want, the one
// that lasts longer has it: the other finds it cut, and gets it when it is asked to look again.
func arrange(have map[key]value, order string, left time.Duration, want []netip.Prefix) (gone []key, set map[key]value) {
	set = map[key]value{}
	mine := want
	for _, k := range slices.SortedFunc(maps.Keys(have), compareKeys) {
		v, p := have[k], k.prefix()
		switch {
		case !k.wide() || v.order == order || !slices.ContainsFunc(want, p.Overlaps):
		case v.left == 0 || v.left >= left-slack:
			mine = cidr.Carve(mine, []netip.Prefix{p})
		default:
			gone = append(gone, k)
			for _, rest := range cidr.Carve([]netip.Prefix{p}, want) {
				set[rangeKey(rest)] = v
			}
		}
	}
	for _, p := range mine {
		set[rangeKey(p)] = value{order, left}
	}
	for k, v := range have {
		if !k.wide() || v.order != order {
			continue
		}
		if now, ok := set[k]; ok && v.left-now.left > -slack && v.left-now.left < slack {
			delete(set, k)
		} else {
			gone = append(gone, k)
		}
	}
	return gone, set
}

// uncut counts the ranges that are not wholly in the kernel, whomever they belong to.
func uncut(have map[key]value, want []netip.Prefix) (n int) {
	var all []netip.Prefix
	for k := range have {
		if k.wide() {
			all = append(all, k.prefix())
		}
	}
	for _, p := range want {
		if !cidr.Covered(p, all) {
			n++
		}
	}
	return n
}
