package openflow

import (
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

	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/act/acttest/street"
)

// town is hosts in network namespaces on a bridge of a real Open vSwitch, which forwards in its own process.
type town struct {
	*street.Ground
	dir string
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

// newTown starts an Open vSwitch with bridge br0, and these machines at it.
func newTown(t *testing.T, machines ...machineIn) *town {
	ground := street.Lay(t, "of", "ethtool", "ovs-vswitchd", "ovsdb-server", "ovsdb-tool", "ovs-vsctl", "ovs-ofctl")
	dir, err := os.MkdirTemp("", "yof") // short: paths of sockets have 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	w := &town{ground, dir}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	w.Space("r")
	w.Run("ovsdb-tool", "create", dir+"/conf.db", "/usr/share/openvswitch/vswitch.ovsschema")
	w.daemon("ovsdb-server", dir+"/conf.db", "--remote=punix:"+dir+"/db.sock")
	w.vsctl("--no-wait", "init")
	w.startSwitch()
	w.vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "protocols=OpenFlow13", "fail-mode=standalone", "other-config:datapath-id=00000000000000b0")
	for _, m := range machines {
		w.Space(m.ns)
		w.cable(m, "br0")
	}
	return w
}

// cable connects a machine; the netdev datapath does not finish checksums, so the machine does.
func (w *town) cable(m machineIn, bridge string, port ...string) {
	outlet := "p-" + m.ns
	w.Cable(m.ns, "r", outlet, "", m.v4.String()+"/24", m.v6.String()+"/64")
	w.In(m.ns, "ethtool -K eth0 tx off >/dev/null")
	w.vsctl(append([]string{"add-port", bridge, outlet}, port...)...)
	w.roomy()
}

func (w *town) roomy() {
	pid, err := w.pid("ovs-vswitchd")
	if err == nil {
		err = inside.RoomyPorts(pid)
	}
	if err != nil {
		w.TB.Logf("the ports of the switch hold only what the kernel lets them: %v", err)
	}
}

// daemon starts a program of Open vSwitch in the switch's namespace, and ends it with the test.
func (w *town) daemon(name string, args ...string) {
	w.TB.Helper()
	pid := filepath.Join(w.dir, name+".pid")
	args = append(args, "--pidfile="+pid, "--detach", "--no-chdir", "--log-file="+w.dir+"/"+name+".log", "--unixctl="+w.dir+"/"+name+".ctl", "-vconsole:off")
	cmd := exec.Command("ip", append([]string{"netns", "exec", w.NetNS("r"), name}, args...)...)
	cmd.Env = append(os.Environ(), "OVS_RUNDIR="+w.dir, "OVS_LOGDIR="+w.dir, "OVS_DBDIR="+w.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.TB.Fatalf("%s: %v\n%s", name, err, out)
	}
	w.TB.Cleanup(func() { _ = w.signal(name, unix.SIGKILL) })
}

func (w *town) signal(name string, sig unix.Signal) error {
	pid, err := w.pid(name)
	if err != nil {
		return err
	}
	return unix.Kill(pid, sig)
}

func (w *town) pid(name string) (int, error) {
	text, err := os.ReadFile(filepath.Join(w.dir, name+".pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

func (w *town) startSwitch() {
	w.TB.Helper()
	w.daemon("ovs-vswitchd", "unix:"+w.dir+"/db.sock", "--disable-system")
	if pid, err := w.pid("ovs-vswitchd"); err == nil {
		inside.First(pid)
	}
}

// restartSwitch kills the switch's process, and waits until the new one speaks OpenFlow.
func (w *town) restartSwitch() {
	w.TB.Helper()
	if err := w.signal("ovs-vswitchd", unix.SIGKILL); err != nil {
		w.TB.Fatal(err)
	}
	w.until("the end of the switch", func() bool { return w.signal("ovs-vswitchd", 0) != nil })
	_ = os.Remove(w.dir + "/br0.mgmt")
	w.startSwitch()
	w.until("the restarted switch", func() bool { _, err := os.Stat(w.dir + "/br0.mgmt"); return err == nil })
	w.roomy()
}

func (w *town) until(what string, f func() bool) {
	w.TB.Helper()
	for end := time.Now().Add(30 * time.Second); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.TB.Fatalf("%s: not within 30 s", what)
		}
	}
}

func (w *town) vsctl(args ...string) string {
	w.TB.Helper()
	return w.Run("ovs-vsctl", append([]string{"--db=unix:" + w.dir + "/db.sock"}, args...)...)
}

// ofctl is the other opinion of what the switch has.
func (w *town) ofctl(command string, args ...string) string {
	w.TB.Helper()
	return w.Run("ovs-ofctl", append([]string{"-O", "OpenFlow13", "--no-names", "--sort", command, "unix:" + w.dir + "/br0.mgmt"}, args...)...)
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
	w.TB.Helper()
	return xids.ReplaceAllString(counters.ReplaceAllString(w.ofctl("dump-flows"), ""), "")
}

// foreign is all that the switch has: its flows, groups, ports and the whole of its database.
func (w *town) foreign(t *testing.T) string {
	t.Helper()
	w.TB = t
	return w.flows() + xids.ReplaceAllString(w.ofctl("dump-groups"), "") + moods.ReplaceAllString(w.vsctl("show"), "") +
		w.vsctl("--columns=name,flow_tables,controller,fail_mode,mirrors", "list", "bridge") + w.vsctl("--columns=name,tag,trunks,vlan_mode", "list", "port")
}
