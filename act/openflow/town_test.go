package openflow

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
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
