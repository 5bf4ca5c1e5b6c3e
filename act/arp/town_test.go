package arp

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/event"
)

// town is PCs, a server, a gateway and Yagura on one dumb switch (a Linux bridge), each in a network namespace.
type town struct {
	t      *testing.T
	prefix string
}

type machineIn struct {
	ns     string
	v4, v6 netip.Addr
}

var (
	pcA     = machineIn{"a", netip.MustParseAddr("10.80.0.2"), netip.MustParseAddr("fd80::2")}
	pcB     = machineIn{"b", netip.MustParseAddr("10.80.0.3"), netip.MustParseAddr("fd80::3")}
	server  = machineIn{"s", netip.MustParseAddr("10.80.0.9"), netip.MustParseAddr("fd80::9")}
	gateway = machineIn{"g", netip.MustParseAddr("10.80.0.1"), netip.MustParseAddr("fd80::1")}
	yagura  = machineIn{"y", netip.MustParseAddr("10.80.0.250"), netip.MustParseAddr("fd80::250")}
	all     = []machineIn{pcA, pcB, server, gateway, yagura}
)

func newTown(t *testing.T) *town {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds network namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs ip: run script/setup test")
	}
	w := &town{t: t, prefix: fmt.Sprintf("ygarp%d-", os.Getpid())}
	for _, ns := range []string{"sw", "a", "b", "s", "g", "y"} {
		w.run("ip", "netns", "add", w.prefix+ns)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.prefix+ns).Run() })
		w.in(ns, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv4.ip_forward=0; ip link set lo up")
	}
	w.in("sw", "ip link add br0 type bridge && ip link set br0 up")
	for _, m := range all {
		w.run("ip", "link", "add", "p"+m.ns, "netns", w.prefix+"sw", "type", "veth", "peer", "name", "eth0", "netns", w.prefix+m.ns)
		w.in("sw", fmt.Sprintf("ip link set p%s master br0 up", m.ns))
		w.in(m.ns, fmt.Sprintf("ip addr add %s/24 dev eth0 && ip addr add %s/64 dev eth0 nodad && ip link set eth0 up", m.v4, m.v6))
	}
	w.echoes()
	return w
}

func (w *town) run(name string, args ...string) string {
	w.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (w *town) in(ns, script string) string {
	w.t.Helper()
	return w.run("ip", "netns", "exec", w.prefix+ns, "sh", "-ec", script)
}

// at runs f inside a namespace of the town.
func (w *town) at(ns string, f func() error) error { return inside.Do(w.prefix+ns, f) }

func (w *town) mac(m machineIn) event.MAC {
	w.t.Helper()
	mac, err := event.ParseMAC(strings.TrimSpace(w.in(m.ns, "cat /sys/class/net/eth0/address")))
	if err != nil {
		w.t.Fatal(err)
	}
	return mac
}

func (w *town) config() *Config {
	c := DefaultConfig()
	c.Every, c.Rate = time.Second, 5000
	c.Segments = []Segment{{Interface: "eth0", Prefixes: []netip.Prefix{netip.MustParsePrefix("10.80.0.0/24"), netip.MustParsePrefix("fd80::/64")},
		Gateways: []netip.Addr{gateway.v4, gateway.v6}}}
	return &c
}

func (w *town) open(t *testing.T, d act.Deps) *hand {
	t.Helper()
	h, err := openIn(w.config(), d, func(f func() error) error { return w.at("y", f) })
	if err != nil {
		t.Fatal(err)
	}
	return h.(*hand)
}

func quietDeps(t *testing.T) act.Deps {
	return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now, Dir: t.TempDir()}
}

// echoes answers TCP and UDP on port 7000 of the server and the gateway.
func (w *town) echoes() {
	w.t.Helper()
	for _, m := range []machineIn{server, gateway} {
		inside.Echo(w.t, w.prefix+m.ns, 7000, m.v4, m.v6)
	}
}

// dial opens a connection from a machine's address to the echo of another.
func (w *town) dial(t *testing.T, network string, from netip.Addr, to machineIn) (c net.Conn) {
	t.Helper()
	for _, m := range all {
		if from != m.v4 && from != m.v6 {
			continue
		}
		dst, local := to.v4, net.Addr(net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0)))
		if from.Is6() {
			dst = to.v6
		}
		if network == "udp" {
			local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		}
		if err := w.at(m.ns, func() (err error) {
			d := net.Dialer{Timeout: 10 * time.Second, LocalAddr: local}
			c, err = d.Dial(network, netip.AddrPortFrom(dst, 7000).String())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	t.Fatalf("nobody has %s", from)
	return nil
}

// caches are what everybody believes of everybody else.
func (w *town) caches(m machineIn) string {
	w.t.Helper()
	return w.in(m.ns, "ip neigh show dev eth0 | sort")
}
