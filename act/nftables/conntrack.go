package nftables

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// forget deletes the tracked connections of the machine, so that a flowtable no
// longer carries them past the rules. The rules cut them anyway: what fails
// here is told in the receipt and does not undo the isolation.
func (h *hand) forget(keys []key) string {
	mine := machine{}
	for _, k := range keys {
		if a, ok := netip.AddrFromSlice([]byte(k.bytes)); ok && k.set != setMAC {
			mine[a] = true
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
type machine map[netip.Addr]bool

// MatchConntrackFlow implements netlink.CustomConntrackFilter.
func (m machine) MatchConntrackFlow(f *netlink.ConntrackFlow) bool {
	return m.has(f.Forward.SrcIP) || m.has(f.Forward.DstIP) || m.has(f.Reverse.SrcIP) || m.has(f.Reverse.DstIP)
}

func (m machine) has(ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	return ok && m[a.Unmap()]
}
