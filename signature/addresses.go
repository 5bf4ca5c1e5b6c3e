package signature

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// addressIndex finds the rules that ask for nothing but addresses: by their source where it is narrow, else by their
// destination, else one by one.
type addressIndex struct {
	src, dst spans
	any      []uint32
	empty    bool
}

// spans are disjoint ranges of addresses with the rules of each, in order. Nothing in them is for the garbage collector to follow.
type spans struct {
	low   []number // where a range begins; it ends where the next begins
	ends  []uint32 // in rules: those of range i end at ends[i]
	rules []uint32
}

// number is an address as a number.
type number struct{ high, low uint64 }

func numberOf(a *wire.Addr) number {
	return number{binary.BigEndian.Uint64(a[:8]), binary.BigEndian.Uint64(a[8:])}
}

func (s *spans) at(a *wire.Addr) []uint32 {
	n := numberOf(a)
	i, end := 0, len(s.low) // what stands before i begins at n or below, what stands from end on above
	for i < end {
		if m := (i + end) / 2; s.low[m].high < n.high || s.low[m].high == n.high && s.low[m].low <= n.low {
			i = m + 1
		} else {
			end = m
		}
	}
	switch i {
	case 0:
		return nil
	case 1:
		return s.rules[:s.ends[0]]
	}
	return s.rules[s.ends[i-2]:s.ends[i-1]]
}

// wideRanges is the number of ranges beyond which a list is no index.
const wideRanges = 4096

// lastIPv4 is 255.255.255.255: lists of all addresses but some end there.
var lastIPv4 = wire.Addr{10: 255, 11: 255, 12: 255, 13: 255, 14: 255, 15: 255}

func newAddressIndex(sigs []sig, rules []uint32) addressIndex {
	x := addressIndex{empty: len(rules) == 0}
	var src, dst []edge
	for _, n := range rules {
		h := &sigs[n].Head
		switch {
		case h.Both:
			x.any = append(x.any, n)
		case narrow(h.Src):
			src = appendEdges(src, h.Src, n)
		case narrow(h.Dst):
			dst = appendEdges(dst, h.Dst, n)
		default:
			x.any = append(x.any, n)
		}
	}
	x.src, x.dst = sweep(src), sweep(dst)
	return x
}

// narrow tells whether a list names few hosts, not all but few.
func narrow(a *rule.Addresses) bool {
	if a == nil {
		return false
	}
	n, ok := 0, true
	a.Spans(func(lo, hi wire.Addr) bool {
		n++
		ok = n <= wideRanges && lo != (wire.Addr{}) && hi != lastIPv4
		return ok
	})
	return ok && n > 0
}

// edge is where a rule begins or ends to hold.
type edge struct {
	at    wire.Addr
	rule  uint32
	begin bool
}

func appendEdges(e []edge, a *rule.Addresses, n uint32) []edge {
	a.Spans(func(lo, hi wire.Addr) bool {
		e = append(e, edge{lo, n, true})
		if next, ok := after(hi); ok {
			e = append(e, edge{next, n, false})
		}
		return true
	})
	return e
}

// after is the next address; false behind the last.
func after(a wire.Addr) (wire.Addr, bool) {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i]++; a[i] != 0 {
			return a, true
		}
	}
	return a, false
}

func sweep(edges []edge) (s spans) {
	slices.SortStableFunc(edges, func(x, y edge) int { return bytes.Compare(x.at[:], y.at[:]) })
	var open []uint32
	for i := 0; i < len(edges); {
		at := edges[i].at
		for ; i < len(edges) && edges[i].at == at; i++ {
			if e := edges[i]; e.begin {
				open = append(open, e.rule)
			} else if k := slices.Index(open, e.rule); k >= 0 {
				open = slices.Delete(open, k, k+1)
			}
		}
		s.low, s.rules = append(s.low, numberOf(&at)), append(s.rules, open...)
		s.ends = append(s.ends, uint32(len(s.rules)))
	}
	s.low, s.ends, s.rules = slices.Clip(s.low), slices.Clip(s.ends), slices.Clip(s.rules)
	return s
}
