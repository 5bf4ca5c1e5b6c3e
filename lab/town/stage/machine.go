package stage

import (
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// Machine is one PC, server or printer.
type Machine struct {
	Index  int
	Name   string
	User   string // who sits there; "" for servers
	MAC    event.MAC
	IP     netip.Addr // now; it changes with leases and with the April move
	Zone   string     // internet lgwan mynumber school dmz
	Net    *Net
	Server bool
	Far    bool // behind a branch line: the sensor sees the router's Ethernet address
	Proxy  bool // reaches the web through the town's proxy
	Roles  []string
	today  presence
	port   uint16
}

// Net is one segment with its lease pool.
type Net struct {
	Prefix  netip.Prefix
	Zone    string
	Name    string // 総務課
	Gateway netip.Addr
	NAT     *NAT         // nil: addresses are not translated
	free    []netip.Addr // addresses that nobody has; the oldest first
}

// take gives an address of the pool.
func (n *Net) take() netip.Addr {
	ip := n.free[0]
	n.free = n.free[1:]
	return ip
}

// Lease gives m another address of its segment and its old one back to the pool.
func (s *Stage) Lease(m *Machine) {
	if len(m.Net.free) < 2 {
		return
	}
	old := m.IP
	m.IP = m.Net.take()
	m.Net.free = append(m.Net.free, old)
}

// Move puts m into another segment, as when its user changes department.
func (s *Stage) Move(m *Machine, to *Net) {
	if len(to.free) == 0 || to == m.Net {
		return
	}
	m.Net.free = append(m.Net.free, m.IP)
	m.Net, m.IP = to, to.take()
}

// router is the Ethernet address of the town's core router, which stands between all segments and the outside.
var router = event.MAC{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}

// Router is the Ethernet address behind which everything of another segment lies.
func Router() event.MAC { return router }

// frame is the Ethernet address that the sensor sees of m.
func (m *Machine) frame() event.MAC {
	if m.Far {
		return router
	}
	return m.MAC
}

// Routers is the list of gateways that the true address service names.
func (n *Net) Routers() []netip.Addr { return []netip.Addr{n.Gateway} }
