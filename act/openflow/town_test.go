package openflow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// town is hosts in network namespaces on a bridge of a real Open vSwitch, which forwards in its own process.
type town struct {
	t      *testing.T
	prefix string
	dir    string
}

// Machines of the town. quarantine stands behind another bridge, in VLAN 999.
var (
	pcA        = machineOf("a", "10.78.5.2", "fd78:5::2")
	pcB        = machineOf("b", "10.78.5.3", "fd78:5::3")
	srv        = machineOf("s", "10.78.5.9", "fd78:5::9")
	quarantine = machineOf("q", "10.78.5.99", "fd78:5::99")
)

type machineIn struct {
	ns     string
	v4, v6 netip.Addr
}

func machineOf(ns, v4, v6 string) machineIn {
	return machineIn{ns, netip.MustParseAddr(v4), netip.MustParseAddr(v6)}
}

// needs skips a test that this machine cannot run, and says why.
func needs(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds network namespaces")
	}
	for _, tool := range []string{"ip", "ethtool", "ovs-vswitchd", "ovsdb-server", "ovs-vsctl", "ovs-ofctl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: run script/setup test", tool)
		}
	}
}

var towns int

// newTown starts an Open vSwitch with bridge br0, and these machines at it.
func newTown(t *testing.T, machines ...machineIn) *town {
	needs(t)
	towns++
	dir, err := os.MkdirTemp("", "yof") // short: paths of sockets have 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, prefix: fmt.Sprintf("ygof%d-%d-", os.Getpid(), towns), dir: dir}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	w.namespace("r")
	w.run("ovsdb-tool", "create", dir+"/conf.db", "/usr/share/openvswitch/vswitch.ovsschema")
	w.daemon("ovsdb-server", dir+"/conf.db", "--remote=punix:"+dir+"/db.sock")
	w.vsctl("--no-wait", "init")
	w.startSwitch()
	w.vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "protocols=OpenFlow13", "fail-mode=standalone", "other-config:datapath-id=00000000000000b0")
	for _, m := range machines {
		w.namespace(m.ns)
		w.cable(m, "br0")
	}
	return w
}

func (w *town) namespace(ns string) {
	w.run("ip", "netns", "add", w.prefix+ns)
	w.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.prefix+ns).Run() })
	w.in(ns, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; ip link set lo up")
}

// cable connects a machine; the netdev datapath does not finish checksums, so the machine does.
func (w *town) cable(m machineIn, bridge string, port ...string) {
	inside := "p-" + m.ns
	w.run("ip", "link", "add", inside, "netns", w.prefix+"r", "type", "veth", "peer", "name", "eth0", "netns", w.prefix+m.ns)
	w.in(m.ns, fmt.Sprintf("ethtool -K eth0 tx off >/dev/null; ip addr add %s/24 dev eth0; ip addr add %s/64 dev eth0 nodad; ip link set eth0 up", m.v4, m.v6))
	w.in("r", "ip link set "+inside+" up")
	w.vsctl(append([]string{"add-port", bridge, inside}, port...)...)
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

// daemon starts a program of Open vSwitch in the switch's namespace, and ends it with the test.
func (w *town) daemon(name string, args ...string) {
	w.t.Helper()
	pid := filepath.Join(w.dir, name+".pid")
	args = append(args, "--pidfile="+pid, "--detach", "--no-chdir", "--log-file="+w.dir+"/"+name+".log", "--unixctl="+w.dir+"/"+name+".ctl", "-vconsole:off")
	cmd := exec.Command("ip", append([]string{"netns", "exec", w.prefix + "r", name}, args...)...)
	cmd.Env = append(os.Environ(), "OVS_RUNDIR="+w.dir, "OVS_LOGDIR="+w.dir, "OVS_DBDIR="+w.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v\n%s", name, err, out)
	}
	w.t.Cleanup(func() { _ = w.signal(name, unix.SIGKILL) })
}

func (w *town) signal(name string, sig unix.Signal) error {
	text, err := os.ReadFile(filepath.Join(w.dir, name+".pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	return unix.Kill(pid, sig)
}

func (w *town) startSwitch() {
	w.t.Helper()
	w.daemon("ovs-vswitchd", "unix:"+w.dir+"/db.sock", "--disable-system")
}

// restartSwitch kills the switch's process, and waits until the new one speaks OpenFlow.
func (w *town) restartSwitch() {
	w.t.Helper()
	if err := w.signal("ovs-vswitchd", unix.SIGKILL); err != nil {
		w.t.Fatal(err)
	}
	w.until("the end of the switch", func() bool { return w.signal("ovs-vswitchd", 0) != nil })
	_ = os.Remove(w.dir + "/br0.mgmt")
	w.startSwitch()
	w.until("the restarted switch", func() bool { _, err := os.Stat(w.dir + "/br0.mgmt"); return err == nil })
}

func (w *town) until(what string, f func() bool) {
	w.t.Helper()
	for end := time.Now().Add(30 * time.Second); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s: not within 30 s", what)
		}
	}
}

func (w *town) vsctl(args ...string) string {
	w.t.Helper()
	return w.run("ovs-vsctl", append([]string{"--db=unix:" + w.dir + "/db.sock"}, args...)...)
}

// ofctl is the other opinion of what the switch has.
func (w *town) ofctl(command string, args ...string) string {
	w.t.Helper()
	return w.run("ovs-ofctl", append([]string{"-O", "OpenFlow13", "--no-names", "--sort", command, "unix:" + w.dir + "/br0.mgmt"}, args...)...)
}

// ours is how ovs-ofctl names Yagura's flows.
const ours = "cookie=0x5941470000000000/0xffffff0000000000"

var (
	counters = regexp.MustCompile(`(duration=[0-9.]+s|n_packets=\d+|n_bytes=\d+), `)
	moods    = regexp.MustCompile(`(?m)^\s*is_connected: .*\n`)
	xids     = regexp.MustCompile(`\(xid=0x[0-9a-f]+\)`)
)

// flows is every flow of the bridge, without what counts up by itself.
func (w *town) flows() string {
	w.t.Helper()
	return xids.ReplaceAllString(counters.ReplaceAllString(w.ofctl("dump-flows"), ""), "")
}

// foreign is all that the switch has: its flows, groups, ports and the whole of its database.
func (w *town) foreign(t *testing.T) string {
	t.Helper()
	w.t = t
	return w.flows() + xids.ReplaceAllString(w.ofctl("dump-groups"), "") + moods.ReplaceAllString(w.vsctl("show"), "") +
		w.vsctl("--columns=name,flow_tables,controller,fail_mode,mirrors", "list", "bridge") + w.vsctl("--columns=name,tag,trunks,vlan_mode", "list", "port")
}

func (w *town) config() *Config {
	c := DefaultConfig()
	c.Switches = []Switch{{Name: "3F", Address: "unix:" + w.dir + "/br0.mgmt"}}
	return &c
}

// open starts a Hand whose network is the switch's namespace, and waits until it speaks to all its switches.
func (w *town) open(t *testing.T, c *Config, d act.Deps) *hand {
	t.Helper()
	h, err := start(*c, d, w.network())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	w.t = t
	for _, s := range h.stations {
		w.until("conversation with "+s.label(), func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.link != nil })
	}
	return h
}

func (w *town) network() network {
	n := hostNetwork()
	return network{
		dial: func(ctx context.Context, kind, address string) (c net.Conn, err error) {
			err = w.at("r", func() (err error) { c, err = n.dial(ctx, kind, address); return err })
			return c, err
		},
		listen: func(kind, address string) (l net.Listener, err error) {
			err = w.at("r", func() (err error) { l, err = n.listen(kind, address); return err })
			return l, err
		},
	}
}

func quiet() act.Deps { return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now} }

func (w *town) mac(m machineIn) event.MAC {
	w.t.Helper()
	mac, err := event.ParseMAC(strings.TrimSpace(w.in(m.ns, "cat /sys/class/net/eth0/address")))
	if err != nil {
		w.t.Fatal(err)
	}
	return mac
}

func (w *town) target(order string, m machineIn) act.Target {
	w.t.Helper()
	return act.Target{Order: order, MAC: w.mac(m), Until: time.Now().Add(time.Hour),
		Nets: []netip.Prefix{netip.PrefixFrom(m.v4, 32), netip.PrefixFrom(m.v6, 128)}}
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

// echoes answers TCP and UDP on a port of a machine.
func (w *town) echoes(m machineIn, port uint16) {
	w.t.Helper()
	for _, a := range []netip.Addr{m.v4, m.v6} {
		at := netip.AddrPortFrom(a, port)
		if err := w.at(m.ns, func() error {
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
		}); err != nil {
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

// dial connects two machines, from an address of the first to the same family of the second.
func (w *town) dial(network string, pc machineIn, from netip.Addr, to machineIn, port uint16, patience time.Duration) (c net.Conn, err error) {
	remote := to.v4
	if from.Is6() {
		remote = to.v6
	}
	var local net.Addr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	if network == "udp" {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	err = w.at(pc.ns, func() (err error) {
		d := net.Dialer{Timeout: patience, LocalAddr: local}
		c, err = d.Dial(network, netip.AddrPortFrom(remote, port).String())
		return err
	})
	return c, err
}

// reaches reports whether a new session from one machine to another comes about.
func (w *town) reaches(pc machineIn, from netip.Addr, to machineIn, port uint16, patience time.Duration) bool {
	c, err := w.dial("tcp", pc, from, to, port, patience)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

// becomes waits until a session can, or cannot, be opened: a switch's word takes effect a moment later.
func (w *town) becomes(t *testing.T, what string, pc machineIn, from netip.Addr, to machineIn, port uint16, want bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); w.reaches(pc, from, to, port, 500*time.Millisecond) != want; {
		if time.Now().After(end) {
			t.Errorf("%s: from %s to %s port %d: want %v", what, from, to.ns, port, want)
			return
		}
	}
}

func byAddress(a netip.Addr) machineIn {
	all := []machineIn{pcA, pcB, srv, quarantine}
	return all[slices.IndexFunc(all, func(m machineIn) bool { return m.v4 == a || m.v6 == a })]
}
