package act

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/event"
)

// MaxDestinations bounds how many of an attacker's servers one order cuts.
const MaxDestinations = 64

// Cuttable divides a target's destinations into addresses and names (lower
// case, without final dot) that may be cut for everybody, and those that may
// not: what the never-touch list protects, what is no address of one machine,
// and names that many share (co.jp, a name without dot).
func Cuttable(t Target, protects Protects) (addrs []netip.Addr, names, spared []string) {
	for i, d := range t.Destinations {
		a, err := netip.ParseAddr(d)
		a = a.Unmap().WithZone("")
		name := strings.ToLower(strings.TrimSuffix(d, "."))
		switch {
		case i >= MaxDestinations:
			spared = append(spared, d)
		case err == nil && cuttableAddr(a, protects):
			addrs = append(addrs, a)
		case err != nil && cuttableName(name, protects):
			names = append(names, name)
		default:
			spared = append(spared, d)
		}
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	slices.Sort(names)
	return slices.Compact(addrs), slices.Compact(names), spared
}

func cuttableAddr(a netip.Addr, protects Protects) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false // the attacker's server stands outside; a machine inside gets an order of its own
	}
	return !protected(protects, []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, "")
}

func cuttableName(name string, protects Protects) bool {
	if len(name) > 253 || !strings.Contains(name, ".") {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	if suffix, _ := publicsuffix.PublicSuffix(name); suffix == name {
		return false
	}
	return !protected(protects, nil, name)
}

func protected(protects Protects, nets []netip.Prefix, host string) bool {
	if protects == nil {
		return false
	}
	_, hit := protects(nets, event.MAC{}, host, nil)
	return hit
}
