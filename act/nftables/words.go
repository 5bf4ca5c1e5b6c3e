package nftables

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// maxWords bounds the commands that one receipt names.
const maxWords = 64

func (k key) String() string {
	if k.set == setMAC {
		return event.MAC([]byte(k.bytes)).String()
	}
	if k.wide() {
		return k.prefix().String()
	}
	return k.prefix().Addr().String()
}

func compareKeys(a, b key) int {
	if c := strings.Compare(a.set, b.set); c != 0 {
		return c
	}
	return strings.Compare(a.bytes, b.bytes)
}

func (h *hand) adds(values map[key]value) []string {
	var out []string
	for _, k := range slices.SortedFunc(maps.Keys(values), compareKeys) {
		v := values[k]
		out = append(out, fmt.Sprintf("add element %s %s { %s timeout %dms comment %q }", h.name(), k.set, k, v.left.Milliseconds(), v.order))
	}
	return shorten(out)
}

func (h *hand) deletes(keys []key) []string {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, compareKeys)
	var out []string
	for _, k := range keys {
		out = append(out, fmt.Sprintf("delete element %s %s { %s }", h.name(), k.set, k))
	}
	return shorten(out)
}

func shorten(lines []string) []string {
	if len(lines) <= maxWords {
		return lines
	}
	return append(lines[:maxWords:maxWords], fmt.Sprintf("# … and %d more", len(lines)-maxWords))
}

// group makes one Held of each order's elements.
func group(have map[key]value) []act.Held {
	held := map[string]*act.Held{}
	for _, k := range slices.SortedFunc(maps.Keys(have), compareKeys) {
		v := have[k]
		x := held[v.order]
		if x == nil {
			x = &act.Held{Order: v.order, Left: v.left}
			held[v.order] = x
		}
		x.Left = min(x.Left, v.left)
		if k.set == setMAC {
			x.MACs = append(x.MACs, event.MAC([]byte(k.bytes)))
			continue
		}
		x.Nets = append(x.Nets, k.prefix())
	}
	var out []act.Held
	for _, order := range slices.Sorted(maps.Keys(held)) {
		out = append(out, *held[order])
	}
	return out
}
