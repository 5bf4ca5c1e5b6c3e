// Package street builds machines in network namespaces for the tests of enforcers: a Ground of namespaces, and a Street with a router on it.
package street

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/event"
)

// Ground is a set of network namespaces whose names begin alike. They end with the test.
type Ground struct {
	TB     testing.TB // who is told of failures
	Prefix string     // of the namespaces' names
}

// built numbers the grounds of this process.
var built atomic.Int32

// Lay begins a ground without namespaces. The test is skipped, saying why, where it cannot be: without root, or one of tools.
func Lay(t testing.TB, name string, tools ...string) *Ground {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds network namespaces")
	}
	for _, tool := range append(tools, "ip") {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: run script/setup test", tool)
		}
	}
	return &Ground{t, fmt.Sprintf("yg%s%d.%d-", name, os.Getpid()%100_000, built.Add(1))}
}

// Space adds a namespace, whose interfaces speak IPv6 at once (no duplicate address detection).
func (g *Ground) Space(ns string) {
	g.TB.Helper()
	g.Run("ip", "netns", "add", g.Prefix+ns)
	g.TB.Cleanup(func() { g.remove(ns) })
	g.In(ns, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; ip link set lo up")
}

// remove ends what still runs in a namespace, and the namespace.
func (g *Ground) remove(ns string) {
	out, _ := exec.Command("ip", "netns", "pids", g.Prefix+ns).Output()
	for _, pid := range strings.Fields(string(out)) {
		if pid != fmt.Sprint(os.Getpid()) {
			_ = exec.Command("kill", "-9", pid).Run()
		}
	}
	_ = exec.Command("ip", "netns", "del", g.Prefix+ns).Run()
}

// Cable joins eth0 of a namespace to an interface of another, both up; mac is eth0's, empty = the kernel's choice.
func (g *Ground) Cable(ns, other, inside, mac string, addrs ...string) {
	g.TB.Helper()
	g.Run("ip", "link", "add", inside, "netns", g.Prefix+other, "type", "veth", "peer", "name", "eth0", "netns", g.Prefix+ns)
	if mac != "" {
		g.In(ns, "ip link set eth0 address "+mac)
	}
	for _, a := range addrs {
		nodad := ""
		if strings.Contains(a, ":") {
			nodad = " nodad"
		}
		g.In(ns, "ip addr add "+a+" dev eth0"+nodad)
	}
	g.In(ns, "ip link set eth0 up")
	g.In(other, "ip link set "+inside+" up")
}

// Run runs a program and gives what it printed; it must succeed.
func (g *Ground) Run(name string, args ...string) string {
	g.TB.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		g.TB.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// In runs a shell script in a namespace and gives what it printed; it must succeed.
func (g *Ground) In(ns, script string) string {
	g.TB.Helper()
	return g.Run("ip", "netns", "exec", g.Prefix+ns, "sh", "-ec", script)
}

// Start runs a program in a namespace until the test ends; what it writes goes to out.
func (g *Ground) Start(ns string, out io.Writer, program string, args ...string) *exec.Cmd {
	g.TB.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", g.Prefix + ns, program}, args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = 2 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	alive, held, err := os.Pipe()
	if err != nil {
		g.TB.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{held} // as long as it or one of its children lives
	if err := cmd.Start(); err != nil {
		g.TB.Fatal(err)
	}
	_ = held.Close()
	g.TB.Cleanup(func() {
		defer alive.Close()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		_ = alive.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := alive.Read(make([]byte, 1)); !errors.Is(err, io.EOF) { // a child that still writes would be in the way of those who tidy up
			g.TB.Errorf("%s: a child of it does not end: %v", program, err)
		}
	})
	return cmd
}

// Path is the file of a namespace, as programs take it.
func (g *Ground) Path(ns string) string { return "/run/netns/" + g.Prefix + ns }

// NetNS is the name of a namespace under /run/netns.
func (g *Ground) NetNS(ns string) string { return g.Prefix + ns }

// At runs f with its thread inside a namespace: sockets that it opens belong there for good.
func (g *Ground) At(ns string, f func() error) error { return inside.Do(g.Prefix+ns, f) }

// Must is At for what may not fail.
func (g *Ground) Must(ns string, f func() error) {
	g.TB.Helper()
	if err := g.At(ns, f); err != nil {
		g.TB.Fatal(err)
	}
}

// MAC is the hardware address of eth0 of a namespace.
func (g *Ground) MAC(ns string) event.MAC {
	g.TB.Helper()
	mac, err := event.ParseMAC(strings.TrimSpace(g.In(ns, "cat /sys/class/net/eth0/address")))
	if err != nil {
		g.TB.Fatal(err)
	}
	return mac
}

// Port is where Echo answers.
const Port = 7000

// Echo answers TCP and UDP at Port of these addresses of a namespace until the test ends: every byte comes back.
func (g *Ground) Echo(ns string, addrs ...netip.Addr) {
	g.TB.Helper()
	inside.Echo(g.TB, g.Prefix+ns, Port, addrs...)
}

// Dial opens a connection ("tcp" or "udp") from an address of a namespace (invalid = any) to Port of another machine.
func (g *Ground) Dial(t testing.TB, ns, network string, from, to netip.Addr) (c net.Conn) {
	t.Helper()
	d := net.Dialer{Timeout: 10 * time.Second}
	switch local := netip.AddrPortFrom(from, 0); {
	case !from.IsValid():
	case network == "udp":
		d.LocalAddr = net.UDPAddrFromAddrPort(local)
	default:
		d.LocalAddr = net.TCPAddrFromAddrPort(local)
	}
	err := g.At(ns, func() (err error) {
		c, err = d.Dial(network, netip.AddrPortFrom(to, Port).String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
