package nftables

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netns"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// town is two PCs, a server and, between them, a router or a bridge, each in a network namespace.
type town struct {
	t      *testing.T
	prefix string
	bridge bool
}

// Machines of the town: namespace suffix, IPv4, IPv6.
var (
	pcA    = machineOf("a", "10.77.1.2", "fd77:1::2")
	pcB    = machineOf("b", "10.77.2.2", "fd77:2::2")
	srv    = machineOf("s", "10.77.9.2", "fd77:9::2")
	bridgA = machineOf("a", "10.77.5.2", "fd77:5::2")
	bridgB = machineOf("b", "10.77.5.3", "fd77:5::3")
	bridgS = machineOf("s", "10.77.5.9", "fd77:5::9")
)

type machineIn struct {
	ns     string
	v4, v6 netip.Addr
}

func machineOf(ns, v4, v6 string) machineIn {
	return machineIn{ns, netip.MustParseAddr(v4), netip.MustParseAddr(v6)}
}

// needs skips a test that this machine cannot run, and says why.
func needs(t *testing.T, tools ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds network namespaces")
	}
	for _, tool := range append(tools, "ip", "nft") {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: run script/setup test", tool)
		}
	}
}

// foreign is a ruleset that was there before Yagura and lets established sessions go on.
const foreign = `
table inet filter {
	set admins { type ipv4_addr; elements = { 10.77.9.2 } }
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state established,related counter accept
		ip saddr @admins tcp dport 22 accept comment "maintenance"
	}
}
table ip nat {
	chain post { type nat hook postrouting priority srcnat; policy accept; ip saddr 192.0.2.0/24 masquerade; }
}
`

func newTown(t *testing.T, bridge bool) *town {
	needs(t)
	kind := "r"
	if bridge {
		kind = "b"
	}
	w := &town{t: t, prefix: fmt.Sprintf("ygr-%s%d-", kind, os.Getpid()), bridge: bridge}
	for _, ns := range []string{"r", "a", "b", "s"} {
		w.run("ip", "netns", "add", w.prefix+ns)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.prefix+ns).Run() })
		// Without duplicate address detection a fresh interface speaks IPv6 at once.
		w.in(ns, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; ip link set lo up")
	}
	w.in("r", "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
	if bridge {
		w.in("r", "ip link add br0 type bridge && ip link set br0 up")
		for _, m := range []machineIn{bridgA, bridgB, bridgS} {
			w.cable(m, "")
		}
	} else {
		for n, m := range map[int]machineIn{1: pcA, 2: pcB, 9: srv} {
			w.cable(m, fmt.Sprintf("10.77.%d.1/24 fd77:%d::1/64", n, n))
		}
		w.feed("r", foreign)
	}
	return w
}

// inside is the router's end of a machine's cable.
func (w *town) inside(m machineIn) string { return fmt.Sprintf("y%s%d", m.ns, os.Getpid()%10000) }

func (w *town) cable(m machineIn, gateway string) {
	inside := w.inside(m)
	w.run("ip", "link", "add", inside, "netns", w.prefix+"r", "type", "veth", "peer", "name", "eth0", "netns", w.prefix+m.ns)
	w.in(m.ns, fmt.Sprintf("ip addr add %s/24 dev eth0 && ip addr add %s/64 dev eth0 nodad && ip link set eth0 up", m.v4, m.v6))
	w.in("r", "ip link set "+inside+" up")
	if w.bridge {
		w.in("r", "ip link set "+inside+" master br0")
		return
	}
	v4, v6, _ := strings.Cut(gateway, " ")
	w.in("r", fmt.Sprintf("ip addr add %s dev %s && ip addr add %s dev %s nodad", v4, inside, v6, inside))
	w.in(m.ns, fmt.Sprintf("ip route add default via %s && ip -6 route add default via %s", strings.TrimSuffix(v4, "/24"), strings.TrimSuffix(v6, "/64")))
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

func (w *town) feed(ns, rules string) {
	w.t.Helper()
	cmd := exec.Command("ip", "netns", "exec", w.prefix+ns, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("nft: %v\n%s", err, out)
	}
}

// ruleset is all that the firewall has, without what counts up by itself.
func (w *town) ruleset(t *testing.T) string {
	t.Helper()
	w.t = t
	return w.in("r", "nft -s list ruleset; nft -s -j list ruleset")
}

func (w *town) netns() string { return "/run/netns/" + w.prefix + "r" }

func (w *town) config() *Config {
	c := DefaultConfig()
	c.NetNS = w.netns()
	if w.bridge {
		c.Mode = "bridge"
	}
	return &c
}

func (w *town) open(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	h, err := Enforcer.Open(w.config(), d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (w *town) mac(m machineIn) event.MAC {
	w.t.Helper()
	out := strings.TrimSpace(w.in(m.ns, "cat /sys/class/net/eth0/address"))
	mac, err := event.ParseMAC(out)
	if err != nil {
		w.t.Fatal(err)
	}
	return mac
}

// at runs f with this thread inside a namespace.
func (w *town) at(ns string, f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		h, err := netns.GetFromPath("/run/netns/" + w.prefix + ns)
		if err != nil {
			done <- err
			return
		}
		defer h.Close()
		if err := netns.Set(h); err != nil {
			done <- err
			return
		}
		done <- f()
	}()
	return <-done
}

// echoes answers TCP and UDP on port 7000 of a machine.
func (w *town) echoes(m machineIn) {
	w.t.Helper()
	for _, a := range []netip.Addr{m.v4, m.v6} {
		at := netip.AddrPortFrom(a, 7000)
		err := w.at(m.ns, func() error {
			l, err := net.Listen("tcp", at.String())
			if err != nil {
				return err
			}
			u, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
			if err != nil {
				return errors.Join(err, l.Close())
			}
			w.t.Cleanup(func() { _ = l.Close(); _ = u.Close() })
			go acceptEchoes(l)
			go echoDatagrams(u)
			return nil
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func acceptEchoes(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { defer c.Close(); _, _ = io.Copy(c, c) }()
	}
}

func echoDatagrams(u *net.UDPConn) {
	buf := make([]byte, 2048)
	for {
		n, from, err := u.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		_, _ = u.WriteToUDPAddrPort(buf[:n], from)
	}
}

// talk opens a TCP session from one machine to another and says whether a byte comes back.
func (w *town) talk(t *testing.T, from machineIn, local, remote netip.Addr) func(time.Duration) bool {
	t.Helper()
	var c net.Conn
	err := w.at(from.ns, func() (err error) {
		d := net.Dialer{Timeout: 5 * time.Second, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(local, 0))}
		c, err = d.Dial("tcp", netip.AddrPortFrom(remote, 7000).String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	sent := byte(0)
	return func(patience time.Duration) bool {
		sent++
		if _, err := c.Write([]byte{sent}); err != nil {
			return false
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		buf := make([]byte, 256)
		for {
			n, err := c.Read(buf)
			if bytes.IndexByte(buf[:n], sent) >= 0 {
				return true
			}
			if err != nil {
				return false
			}
		}
	}
}
