package signature

import (
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// pairs are the addresses that rules write before and behind the arrow: there are few, for most rules name HOME_NET and
// EXTERNAL_NET. A flow is not searched for the strings of rules whose addresses cannot fit it.
type pairs []pair

// pair is what stands on both sides; nil is any.
type pair struct {
	src, dst *rule.Addresses
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
	all, byText := pairs{{}}, map[[2]string]int{{}: 0}
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
	return slices.Clip(all[:min(len(all), maxPairs)])
}

// index is the pair of a rule; any, where it may match either way round or is not among them.
func (p pairs) index(h *rule.Header) uint8 {
	if !h.Both && !h.OneFlow {
		for i := range p[1:] {
			if p[1+i].of(h) {
				return uint8(1 + i)
			}
		}
	}
	return anyPair
}

// fits are the pairs that hold for a packet from src to dst, by their numbers.
func (p pairs) fits(src, dst *wire.Addr) (k uint64) {
	for i := range p {
		if p[i].src.Contains(src) && p[i].dst.Contains(dst) {
			k |= 1 << i
		}
	}
	return k
}
