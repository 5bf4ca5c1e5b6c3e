package signature

import (
	"encoding/binary"
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// pairs are the addresses that rules write before and behind the arrow: there are few, for most rules name HOME_NET and
// EXTERNAL_NET. A flow is not searched for the strings of rules whose addresses cannot fit it.
type pairs struct {
	all   []pair
	lists []*rule.Addresses // what stands on either side, each once; the first is any
}

// pair is what stands on both sides; nil is any.
type pair struct {
	src, dst *rule.Addresses
	from, to uint8 // likewise, in lists
	rules    int
}

const (
	maxPairs = 64
	anyPair  = 0 // holds all
)

func textOf(a *rule.Addresses) string {
	if a == nil {
		return ""
	}
	return a.Text
}

func (p pair) of(h *rule.Header) bool {
	return textOf(p.src) == textOf(h.Src) && textOf(p.dst) == textOf(h.Dst)
}

// newPairs takes the pairs that stand in most rules.
func newPairs(sigs []sig) pairs {
	all, byText := []pair{{}}, map[[2]string]int{{}: 0}
	for i := range sigs {
		h := &sigs[i].Head
		if sigs[i].kind == ofAddresses || h.Both || h.OneFlow {
			continue
		}
		k := [2]string{textOf(h.Src), textOf(h.Dst)}
		at, known := byText[k]
		if !known {
			at = len(all)
			byText[k] = at
			all = append(all, pair{src: h.Src, dst: h.Dst})
		}
		all[at].rules++
	}
	slices.SortStableFunc(all[1:], func(a, b pair) int { return b.rules - a.rules })
	p := pairs{all: slices.Clip(all[:min(len(all), maxPairs)])}
	for i := range p.all {
		x := &p.all[i]
		x.from, x.to = p.list(x.src), p.list(x.dst)
	}
	return p
}

// list is the number of a list among lists.
func (p *pairs) list(a *rule.Addresses) uint8 {
	for i, known := range p.lists {
		if textOf(known) == textOf(a) {
			return uint8(i)
		}
	}
	p.lists = append(p.lists, a)
	return uint8(len(p.lists) - 1)
}

// index is the pair of a rule; any, where it may match either way round or is not among them.
func (p *pairs) index(h *rule.Header) uint8 {
	if !h.Both && !h.OneFlow {
		for i := range p.all[1:] {
			if p.all[1+i].of(h) {
				return uint8(1 + i)
			}
		}
	}
	return anyPair
}

// membership are the lists that have an address, by their numbers: two for each of maxPairs at most.
type membership [2]uint64

func (m *membership) has(list uint8) bool { return m[list/64]&(1<<(list%64)) != 0 }

func (p *pairs) membership(a *wire.Addr) (m membership) {
	for i, list := range p.lists {
		if list.Contains(a) {
			m[i/64] |= 1 << (i % 64)
		}
	}
	return m
}

// members remembers the lists of the addresses that were asked for last, and what pairs held for such lists: a town's machines and
// servers come again and again.
type members struct {
	of [512]struct {
		known bool
		addr  wire.Addr
		in    membership
	}
	pairs [32]struct {
		known    bool
		from, to membership
		fits     uint64
	}
}

func (c *members) lists(p *pairs, a *wire.Addr) *membership {
	h := (binary.BigEndian.Uint64(a[8:]) ^ binary.BigEndian.Uint64(a[:8])) * 0x9e3779b97f4a7c15
	x := &c.of[h>>55]
	if !x.known || x.addr != *a {
		x.known, x.addr, x.in = true, *a, p.membership(a)
	}
	return &x.in
}

// fits are the pairs that hold for a packet from src to dst, by their numbers.
func (p *pairs) fits(c *members, src, dst *wire.Addr) uint64 {
	from := *c.lists(p, src)
	to := c.lists(p, dst)
	h := (from[0] ^ from[1] + 3*to[0] ^ 5*to[1]) * 0x9e3779b97f4a7c15
	known := &c.pairs[h>>59]
	if !known.known || known.from != from || known.to != *to {
		known.known, known.from, known.to, known.fits = true, from, *to, p.hold(&from, to)
	}
	return known.fits
}

// hold are the pairs that hold between addresses in such lists.
func (p *pairs) hold(from, to *membership) (k uint64) {
	for i := range p.all {
		if x := &p.all[i]; from.has(x.from) && to.has(x.to) {
			k |= 1 << i
		}
	}
	return k
}
