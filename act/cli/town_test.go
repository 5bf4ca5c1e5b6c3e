package cli

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/event"
)

// town is three PCs and a server in network namespaces, plugged into an Open vSwitch (datapath in user space) that
// belongs to an emulated switch: what its command line says, the wires do.
type town struct {
	t      *testing.T
	prefix string
	dir    string
	port   func(n int) string // the switch's name of port n
	names  map[string]string  // the bridge's number of a port → its name
}

type machineIn struct {
	ns     string
	n      int // its port
	v4, v6 netip.Addr
}

var machines = []machineIn{
	{"a", 4, netip.MustParseAddr("10.78.1.2"), netip.MustParseAddr("fd78::2")},
	{"b", 5, netip.MustParseAddr("10.78.1.3"), netip.MustParseAddr("fd78::3")},
	{"c", 6, netip.MustParseAddr("10.78.1.4"), netip.MustParseAddr("fd78::4")},
	{"s", 7, netip.MustParseAddr("10.78.1.9"), netip.MustParseAddr("fd78::9")},
}

var server = machines[3]

// needs skips a test that this machine cannot run, and says why.
func needs(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds network namespaces")
	}
	for _, tool := range []string{"ip", "ovs-vswitchd", "ovsdb-server", "ovsdb-tool", "ovs-vsctl", "ovs-appctl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: run script/setup test", tool)
		}
	}
}

func newTown(t *testing.T, st style) *town {
	needs(t)
	w := &town{t: t, prefix: fmt.Sprintf("ygcli%d-", os.Getpid()), port: st.port, names: map[string]string{}}
	var err error
	if w.dir, err = os.MkdirTemp("", "ygcli"); err != nil { // t.TempDir is too long for a socket's name
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(w.dir) })
	for _, ns := range []string{"sw", "a", "b", "c", "s"} {
		w.run("ip", "netns", "add", w.prefix+ns)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.prefix+ns).Run() })
		w.in(ns, "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; ip link set lo up")
	}
	pid := w.bridge()
	for _, m := range machines {
		w.run("ip", "link", "add", "p"+strconv.Itoa(m.n), "netns", w.prefix+"sw", "type", "veth", "peer", "name", "eth0", "netns", w.prefix+m.ns)
		// The datapath in user space does not finish checksums that the sender left to the card.
		w.in(m.ns, fmt.Sprintf("ip addr add %s/24 dev eth0 && ip addr add %s/64 dev eth0 nodad && ip link set eth0 up && ethtool -K eth0 tx off >/dev/null", m.v4, m.v6))
		w.in("sw", fmt.Sprintf("ip link set p%d up", m.n))
		w.vsctl("add-port", "br0", "p"+strconv.Itoa(m.n), "tag=10")
		w.names[strings.TrimSpace(w.vsctl("get", "interface", "p"+strconv.Itoa(m.n), "ofport"))] = st.port(m.n)
	}
	if err := inside.RoomyPorts(pid); err != nil {
		t.Logf("the ports of the switch hold only what the kernel lets them: %v", err)
	}
	w.echoes()
	for _, m := range machines { // a PC is never quiet for long
		w.child("ip", "netns", "exec", w.prefix+m.ns, "ping", "-q", "-i", "0.1", "10.78.1.1")
	}
	return w
}

// child runs until the test ends.
func (w *town) child(name string, args ...string) (pid int) {
	w.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "OVS_RUNDIR="+w.dir, "OVS_LOGDIR="+w.dir, "OVS_DBDIR="+w.dir)
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd.Process.Pid
}

// bridge gives the process that stands for the switch.
func (w *town) bridge() (pid int) {
	schema := "/usr/share/openvswitch/vswitch.ovsschema"
	w.run("ovsdb-tool", "create", w.dir+"/conf.db", schema)
	w.daemon("ovsdb-server", w.dir+"/conf.db", "--remote=punix:"+w.dir+"/db.sock")
	w.await(filepath.Join(w.dir, "db.sock"))
	w.vsctl("--no-wait", "init")
	pid = w.daemon("ovs-vswitchd", "unix:"+w.dir+"/db.sock", "--disable-system", "--unixctl="+w.dir+"/vswitchd.ctl")
	inside.First(pid)
	w.vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=standalone")
	return pid
}

// daemon runs a private copy until the test ends.
func (w *town) daemon(name string, args ...string) (pid int) {
	w.t.Helper()
	return w.child("ip", append([]string{"netns", "exec", w.prefix + "sw", name, "--no-chdir", "-vconsole:off", "-vfile:err",
		"--log-file=" + w.dir + "/" + name + ".log", "--pidfile=" + w.dir + "/" + name + ".pid"}, args...)...)
}

func (w *town) await(path string) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	w.t.Fatalf("%s does not appear", path)
}

func (w *town) vsctl(args ...string) string {
	w.t.Helper()
	return w.run("ovs-vsctl", append([]string{"--db=unix:" + w.dir + "/db.sock", "--timeout=20"}, args...)...)
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

// set makes a port's VLAN real; ports without a wire have none.
func (w *town) set(port string, vlan int, up bool) error {
	for _, m := range machines {
		if w.port(m.n) != port {
			continue
		}
		dev, state := "p"+strconv.Itoa(m.n), map[bool]string{true: "up", false: "down"}[up]
		out, err := exec.Command("ovs-vsctl", "--db=unix:"+w.dir+"/db.sock", "--timeout=20", "set", "port", dev, fmt.Sprintf("tag=%d", vlan)).CombinedOutput()
		if err == nil {
			out, err = exec.Command("ip", "netns", "exec", w.prefix+"sw", "ip", "link", "set", dev, state).CombinedOutput()
		}
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	return nil
}

// macs is what the bridge has learnt.
func (w *town) macs() (map[event.MAC]string, error) {
	out, err := exec.Command("ovs-appctl", "-t", w.dir+"/vswitchd.ctl", "fdb/show", "br0").Output()
	if err != nil {
		return nil, err
	}
	found := map[event.MAC]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 4 && w.names[f[0]] != "" {
			if mac, err := event.ParseMAC(f[2]); err == nil {
				found[mac] = w.names[f[0]]
			}
		}
	}
	return found, nil
}

func (w *town) mac(m machineIn) event.MAC {
	w.t.Helper()
	mac, err := event.ParseMAC(strings.TrimSpace(w.in(m.ns, "cat /sys/class/net/eth0/address")))
	if err != nil {
		w.t.Fatal(err)
	}
	return mac
}

// at runs f inside a namespace of the town.
func (w *town) at(ns string, f func() error) error { return inside.Do(w.prefix+ns, f) }

// echoes answers TCP and UDP on port 7000 of the server.
func (w *town) echoes() {
	w.t.Helper()
	inside.Echo(w.t, w.prefix+server.ns, 7000, server.v4, server.v6)
}

// dial opens a connection from a machine's address to the server's echo.
func (w *town) dial(t *testing.T, network string, from netip.Addr) (c net.Conn) {
	t.Helper()
	for _, m := range machines {
		to, local := server.v4, net.Addr(net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0)))
		if from.Is6() {
			to = server.v6
		}
		if network == "udp" {
			local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		}
		if from != m.v4 && from != m.v6 {
			continue
		}
		if err := w.at(m.ns, func() (err error) {
			d := net.Dialer{Timeout: 5 * time.Second, LocalAddr: local}
			c, err = d.Dial(network, netip.AddrPortFrom(to, 7000).String())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	t.Fatalf("nobody has %s", from)
	return nil
}
