// Package fabric is a switch with VLANs for the tests of enforcers that move ports: Open vSwitch in a namespace, machines on its ports in theirs.
package fabric

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/event"
)

// Host is a machine on a port of the switch.
type Host struct {
	Name   string // of the machine and of its port
	V4, V6 netip.Addr
	MAC    event.MAC
	Port   int // counted from 1
}

// Switch is Open vSwitch with its userspace datapath, which does 802.1Q by itself, whatever the kernel can.
type Switch struct {
	prefix string // of namespaces
	dir    string
	pid    int // of ovs-vswitchd

	mu    sync.Mutex
	hosts []Host
}

const schema = "/usr/share/openvswitch/vswitch.ovsschema"

// New starts a switch whose namespaces begin with prefix; it ends with the test. It skips, saying why, where it cannot be.
func New(t testing.TB, prefix string) *Switch {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("namespaces need root")
	}
	for _, tool := range []string{"ip", "ovs-vsctl", "ovs-vswitchd", "ovsdb-server", "ovsdb-tool"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed (script/setup test)", tool)
		}
	}
	s := &Switch{prefix: prefix + strconv.Itoa(os.Getpid()%100_000)}
	dir, err := os.MkdirTemp("", "yg-fabric-") // short: it holds sockets
	if err != nil {
		t.Fatal(err)
	}
	s.dir = dir
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, h := range s.hosts {
			_ = exec.Command("ip", "netns", "del", s.prefix+h.Name).Run()
		}
		_ = exec.Command("ip", "netns", "del", s.prefix+"sw").Run()
		_ = os.RemoveAll(dir)
	})
	s.must(t, "ip", "netns", "add", s.prefix+"sw")
	s.must(t, "ip", "-n", s.prefix+"sw", "link", "set", "lo", "up")
	s.must(t, "ovsdb-tool", "create", s.file("conf.db"), schema)
	s.daemon(t, "ovsdb-server", s.file("conf.db"), "--remote=punix:"+s.file("db.sock"), "--log-file="+s.file("db.log"), "--unixctl="+s.file("db.ctl"))
	s.pid = s.daemon(t, "ovs-vswitchd", "unix:"+s.file("db.sock"), "--log-file="+s.file("sw.log"), "--unixctl="+s.file("sw.ctl"))
	s.ovs(t, "--no-wait", "init")
	s.ovs(t, "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=standalone")
	return s
}

func (s *Switch) file(name string) string { return filepath.Join(s.dir, name) }

func (s *Switch) must(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// daemon runs a program in the switch's namespace until the test ends, and waits for its control socket.
func (s *Switch) daemon(t testing.TB, name string, args ...string) (pid int) {
	t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", s.prefix + "sw", name}, args...)...)
	cmd.Env = append(os.Environ(), "OVS_RUNDIR="+s.dir, "OVS_LOGDIR="+s.dir, "OVS_DBDIR="+s.dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inside.First(cmd.Process.Pid)
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	socket := ""
	for _, a := range args {
		if at, ok := strings.CutPrefix(a, "--unixctl="); ok {
			socket = at
		}
	}
	for range 3000 {
		if _, err := os.Stat(socket); err == nil {
			return cmd.Process.Pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s did not start", name)
	return 0
}

func (s *Switch) ovs(t testing.TB, args ...string) string {
	t.Helper()
	return s.must(t, "ovs-vsctl", append([]string{"--timeout=10", "--db=unix:" + s.file("db.sock")}, args...)...)
}

// Host plugs a machine into the next port, in a VLAN (0 = in none: no frame passes). Addresses may be invalid.
func (s *Switch) Host(t testing.TB, name string, v4, v6 netip.Addr, vlan int) Host {
	t.Helper()
	s.mu.Lock()
	h := Host{Name: name, V4: v4, V6: v6, Port: len(s.hosts) + 1}
	h.MAC = event.MAC{2, 0, 0x5e, 0, byte(os.Getpid()), byte(h.Port)}
	s.hosts = append(s.hosts, h)
	s.mu.Unlock()
	ns := s.prefix + name
	s.must(t, "ip", "netns", "add", ns)
	s.must(t, "ip", "link", "add", h.Interface(), "netns", s.prefix+"sw", "type", "veth", "peer", "name", "eth0", "netns", ns)
	s.must(t, "ip", "-n", ns, "link", "set", "lo", "up")
	s.must(t, "ip", "-n", ns, "link", "set", "eth0", "address", h.MAC.String(), "up")
	s.must(t, "ip", "netns", "exec", ns, "sysctl", "-qw", "net.ipv6.conf.eth0.dad_transmits=0")
	if v4.IsValid() {
		s.must(t, "ip", "-n", ns, "addr", "add", v4.String()+"/24", "dev", "eth0")
	}
	if v6.IsValid() {
		s.must(t, "ip", "-n", ns, "addr", "add", v6.String()+"/64", "dev", "eth0", "nodad")
	}
	// A veth leaves checksums to hardware that is not there.
	_ = exec.Command("ip", "netns", "exec", ns, "ethtool", "-K", "eth0", "tx", "off").Run()
	s.must(t, "ip", "-n", s.prefix+"sw", "link", "set", h.Interface(), "up")
	s.ovs(t, "add-port", "br0", h.Interface(), "tag="+strconv.Itoa(tagOf(vlan)))
	if err := inside.RoomyPorts(s.pid); err != nil {
		t.Logf("the ports of the switch hold only what the kernel lets them: %v", err)
	}
	return h
}

// Interface is the port in the namespace of the switch.
func (h Host) Interface() string { return "p" + strconv.Itoa(h.Port) }

// nowhere is a VLAN of one port only.
const nowhere = 4000

func tagOf(vlan int) int {
	if vlan == 0 {
		return nowhere
	}
	return vlan
}

// Move puts a port into a VLAN, untagged; 0 = no frame passes.
func (s *Switch) Move(port, vlan int) error {
	tag := tagOf(vlan)
	if vlan == 0 {
		tag += port
	}
	out, err := exec.Command("ovs-vsctl", "--timeout=10", "--db=unix:"+s.file("db.sock"), "set", "port", "p"+strconv.Itoa(port), "tag="+strconv.Itoa(tag)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("port %d to VLAN %d: %w: %s", port, vlan, err, out)
	}
	return nil
}

// Up sets a port's link up or down.
func (s *Switch) Up(port int, up bool) error {
	state := "down"
	if up {
		state = "up"
	}
	out, err := exec.Command("ip", "-n", s.prefix+"sw", "link", "set", "p"+strconv.Itoa(port), state).CombinedOutput()
	if err != nil {
		return fmt.Errorf("port %d %s: %w: %s", port, state, err, out)
	}
	return nil
}

// NetNS names the namespace of a machine, or with "sw" that of the switch.
func (s *Switch) NetNS(name string) string { return s.prefix + name }

// EchoPort answers on every address of Echo's machine.
const EchoPort = 7000

// Echo answers TCP and UDP on a machine until the test ends.
func (s *Switch) Echo(t testing.TB, h Host) {
	t.Helper()
	inside.Echo(t, s.prefix+h.Name, EchoPort, h.V4, h.V6)
}

// Dial opens a connection of a machine to Echo's.
func (s *Switch) Dial(t testing.TB, from Host, network string, to netip.Addr) net.Conn {
	t.Helper()
	var c net.Conn
	err := inside.Do(s.prefix+from.Name, func() (err error) {
		d := net.Dialer{Timeout: 5 * time.Second}
		c, err = d.Dial(network, netip.AddrPortFrom(to, EchoPort).String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Machine is the host as the suite knows it.
func (h Host) Machine() acttest.Machine {
	return acttest.Machine{Name: h.Name, V4: h.V4, V6: h.V6, MAC: h.MAC}
}

// Office is what a Bench needs: PCs a and b, and a server that echoes.
type Office struct {
	*Switch
	A, B, Server Host
}

// NewOffice plugs the server into port 1 and VLAN 10, the PCs into ports 2 and 3, which are in vlan at first (0 = in none).
func NewOffice(t testing.TB, prefix string, vlan int) *Office {
	t.Helper()
	s, at := New(t, prefix), netip.MustParseAddr
	o := &Office{Switch: s, Server: s.Host(t, "srv", at("198.18.10.9"), at("2001:db8:10::9"), 10)}
	o.A = s.Host(t, "a", at("198.18.10.1"), at("2001:db8:10::1"), vlan)
	o.B = s.Host(t, "b", at("198.18.10.2"), at("2001:db8:10::2"), vlan)
	s.Echo(t, o.Server)
	return o
}

// DialFrom is acttest.Bench.Dial.
func (o *Office) DialFrom(t *testing.T, network string, from netip.Addr) net.Conn {
	t.Helper()
	h, to := o.A, o.Server.V4
	if from == o.B.V4 || from == o.B.V6 {
		h = o.B
	}
	if from.Is6() {
		to = o.Server.V6
	}
	return o.Dial(t, h, network, to)
}
