package street

import (
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/act/acttest"
)

// Names of the namespaces of a Street.
const (
	PCA    = "a"
	PCB    = "b"
	Router = "r"
	Server = "s"
)

// Addresses beside those of the PCs.
var (
	ServerV4 = netip.MustParseAddr("203.0.113.10")
	ServerV6 = netip.MustParseAddr("2001:db8:9::10")
	RouterV4 = netip.MustParseAddr("198.18.255.254") // as the PCs see it
)

// Street is two PCs, a router and a server, for enforcers that have no switch of their own.
//
//	pc a  198.18.0.0 and 2001:db8::1:0      acttest.Machine 0
//	pc b  198.18.0.1 and 2001:db8::1:1      acttest.Machine 1
//	router "r" between them and the server "s", 203.0.113.10 and 2001:db8:9::10
type Street struct{ *Ground }

// New builds a street and takes it down at the test's end.
func New(t testing.TB, name string, tools ...string) *Street {
	t.Helper()
	s := &Street{Lay(t, name, append(tools, "nft")...)}
	for _, ns := range []string{Router, PCA, PCB, Server} {
		s.Space(ns)
	}
	s.In(Router, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; ip link add lan type bridge; ip link set lan up;"+
		" ip addr add 198.18.255.254/15 dev lan; ip addr add 2001:db8::ff:1/64 dev lan nodad")
	for i, ns := range []string{PCA, PCB} {
		m := acttest.Documentation(i)
		s.Cable(ns, Router, "to-"+ns, m.MAC.String(), fmt.Sprintf("%s/15", m.V4), fmt.Sprintf("%s/64", m.V6))
		s.In(Router, "ip link set to-"+ns+" master lan")
		s.In(ns, "ip route add default via 198.18.255.254; ip -6 route add default via 2001:db8::ff:1")
	}
	s.Cable(Server, Router, "to-s", "", "203.0.113.10/24", "2001:db8:9::10/64")
	s.In(Router, "ip addr add 203.0.113.1/24 dev to-s; ip addr add 2001:db8:9::1/64 dev to-s nodad")
	s.In(Server, "ip route add default via 203.0.113.1; ip -6 route add default via 2001:db8:9::1")
	return s
}

// Echo lets the server answer.
func (s *Street) Echo() {
	s.TB.Helper()
	s.Ground.Echo(Server, ServerV4, ServerV6)
}

// Dial is acttest.Bench.Dial: from a PC's address to the server's echo.
func (s *Street) Dial(t *testing.T, network string, from netip.Addr) net.Conn {
	t.Helper()
	ns, to := PCA, ServerV4
	if b := acttest.Documentation(1); from == b.V4 || from == b.V6 {
		ns = PCB
	}
	if from.Is6() {
		to = ServerV6
	}
	return s.Ground.Dial(t, ns, network, from, to)
}
