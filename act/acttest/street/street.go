// Package street builds two PCs, a router and a server in network namespaces, for the tests of enforcers that have no switch of their own.
//
//	pc a  198.18.0.0 and 2001:db8::1:0      acttest.Machine 0
//	pc b  198.18.0.1 and 2001:db8::1:1      acttest.Machine 1
//	router "r" between them and the server "s", 203.0.113.10 and 2001:db8:9::10
package street

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/inside"
)

// Names of the namespaces, without their prefix.
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

// Port is where the server echoes TCP and UDP.
const Port = 7000

// built numbers the streets of this process.
var built atomic.Int32

// Street is one set of namespaces.
type Street struct {
	t      testing.TB
	prefix string
}

// New builds a street and takes it down at the test's end; the test is skipped where that cannot be, saying why.
func New(t testing.TB, name string, tools ...string) *Street {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds network namespaces")
	}
	for _, tool := range append(tools, "ip", "nft") {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: run script/setup test", tool)
		}
	}
	s := &Street{t, fmt.Sprintf("yg%s%d.%d-", name, os.Getpid(), built.Add(1))}
	for _, ns := range []string{Router, PCA, PCB, Server} {
		s.run("ip", "netns", "add", s.prefix+ns)
		t.Cleanup(func() { s.remove(ns) })
		s.In(ns, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; ip link set lo up")
	}
	s.In(Router, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; ip link add lan type bridge; ip link set lan up;"+
		" ip addr add 198.18.255.254/15 dev lan; ip addr add 2001:db8::ff:1/64 dev lan nodad")
	for i, ns := range []string{PCA, PCB} {
		m := acttest.Documentation(i)
		s.cable(ns, "lan", m.MAC.String(), fmt.Sprintf("%s/15", m.V4), fmt.Sprintf("%s/64", m.V6), "198.18.255.254", "2001:db8::ff:1")
	}
	s.cable(Server, "", "", "203.0.113.10/24", "2001:db8:9::10/64", "203.0.113.1", "2001:db8:9::1")
	return s
}

func (s *Street) remove(ns string) {
	out, _ := exec.Command("ip", "netns", "pids", s.prefix+ns).Output()
	for _, pid := range strings.Fields(string(out)) {
		if pid != fmt.Sprint(os.Getpid()) {
			_ = exec.Command("kill", "-9", pid).Run()
		}
	}
	_ = exec.Command("ip", "netns", "del", s.prefix+ns).Run()
}

// cable joins a namespace to the router: to its bridge, with the machine's hardware address, or with a link of its own.
func (s *Street) cable(ns, bridge, mac, v4, v6, gw4, gw6 string) {
	inside := "to-" + ns
	s.run("ip", "link", "add", inside, "netns", s.prefix+Router, "type", "veth", "peer", "name", "eth0", "netns", s.prefix+ns)
	if bridge != "" {
		s.In(ns, "ip link set eth0 address "+mac)
	}
	s.In(ns, fmt.Sprintf("ip addr add %s dev eth0; ip addr add %s dev eth0 nodad; ip link set eth0 up", v4, v6))
	s.In(Router, "ip link set "+inside+" up")
	if bridge != "" {
		s.In(Router, "ip link set "+inside+" master "+bridge)
	} else {
		s.In(Router, fmt.Sprintf("ip addr add %s/24 dev %s; ip addr add %s/64 dev %s nodad", gw4, inside, gw6, inside))
	}
	s.In(ns, fmt.Sprintf("ip route add default via %s; ip -6 route add default via %s", gw4, gw6))
}

func (s *Street) run(name string, args ...string) string {
	s.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// In runs a shell script in a namespace and gives what it printed.
func (s *Street) In(ns, script string) string {
	s.t.Helper()
	return s.run("ip", "netns", "exec", s.prefix+ns, "sh", "-ec", script)
}

// Start runs a program in a namespace until the test ends; what it writes goes to out.
func (s *Street) Start(ns string, out io.Writer, program string, args ...string) *exec.Cmd {
	s.t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", s.prefix + ns, program}, args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd
}

// At runs f with its thread inside a namespace: sockets that it opens belong there for good.
func (s *Street) At(ns string, f func() error) error { return inside.Do(s.prefix+ns, f) }

// Must is At for what may not fail.
func (s *Street) Must(ns string, f func() error) {
	s.t.Helper()
	if err := s.At(ns, f); err != nil {
		s.t.Fatal(err)
	}
}

// Echo lets the server answer TCP and UDP on Port until the test ends.
func (s *Street) Echo() {
	s.t.Helper()
	inside.Echo(s.t, s.prefix+Server, Port, ServerV4, ServerV6)
}

// Dial is acttest.Bench.Dial: from a PC's address to the server's echo.
func (s *Street) Dial(t *testing.T, network string, from netip.Addr) (c net.Conn) {
	t.Helper()
	ns, to := PCA, ServerV4
	if b := acttest.Documentation(1); from == b.V4 || from == b.V6 {
		ns = PCB
	}
	if from.Is6() {
		to = ServerV6
	}
	err := s.At(ns, func() (err error) {
		var local net.Addr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		if network == "udp" {
			local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		}
		d := net.Dialer{Timeout: 5 * time.Second, LocalAddr: local}
		c, err = d.Dial(network, netip.AddrPortFrom(to, Port).String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Path is the file of a namespace, as programs take it.
func (s *Street) Path(ns string) string { return "/run/netns/" + s.prefix + ns }
