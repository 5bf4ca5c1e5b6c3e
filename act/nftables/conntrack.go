package nftables

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// forget deletes the tracked connections of the machine, so that a flowtable no
// longer carries them past the rules. The rules cut them anyway: what fails
// here is told in the receipt and does not undo the isolation.
func (h *hand) forget(want targetKeys) string {
	mine := machine{map[netip.Addr]bool{}, want.wide}
	for _, k := range want.keys {
		if p := k.prefix(); p.IsValid() {
			mine.addrs[p.Addr()] = true
		}
	}
	nl, err := h.route(unix.NETLINK_NETFILTER)
	if err != nil {
		return "connections not forgotten: " + err.Error()
	}
	defer nl.Close()
	var n uint
	for _, family := range []netlink.InetFamily{unix.AF_INET, unix.AF_INET6} {
		deleted, err := nl.ConntrackDeleteFilters(netlink.ConntrackTable, family, mine)
		n += deleted
		if err != nil {
			return "connections not all forgotten: " + err.Error()
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d tracked connections forgotten", n)
}

// machine matches connections that have one of its addresses on either side.
type machine struct {
	addrs map[netip.Addr]bool
	wide  []netip.Prefix
}

// MatchConntrackFlow implements netlink.CustomConntrackFilter.
func (m machine) MatchConntrackFlow(f *netlink.ConntrackFlow) bool {
	return m.has(f.Forward.SrcIP) || m.has(f.Forward.DstIP) || m.has(f.Reverse.SrcIP) || m.has(f.Reverse.DstIP)
}

func (m machine) has(ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	a = a.Unmap()
	return ok && (m.addrs[a] || slices.ContainsFunc(m.wide, func(p netip.Prefix) bool { return p.Contains(a) }))
}
