package snmp

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/fabric"
	"github.com/yagura-project/yagura/event"
)

// asAgent makes this test binary the subagent that hands snmpd's questions (pass_persist of snmpd.conf(5)) to the test.
const asAgent = "YAGURA_TEST_SNMP_SOCKET"

func TestMain(m *testing.M) {
	if path := os.Getenv(asAgent); path != "" {
		c, err := net.Dial("unix", path)
		if err != nil {
			os.Exit(1)
		}
		go func() { _, _ = io.Copy(c, os.Stdin); _ = c.(*net.UnixConn).CloseWrite() }()
		_, _ = io.Copy(os.Stdout, c)
		return
	}
	os.Exit(m.Run())
}

// edge is an access switch of 26 ports: net-snmp's snmpd speaks for it, Open vSwitch forwards for it. Ports 1–3 have
// the machines of the fabric, 4–20 one machine each, 21 two, 22 is empty, 25 an uplink by LLDP, 26 one by its crowd.
type edge struct {
	t      *testing.T
	fabric *fabric.Switch
	dir    string
	addr   string
	snmpd  *exec.Cmd

	mu      sync.Mutex
	now     config
	startup config
	wired   map[int]string // what the fabric does at a port
	told    []row          // as they are now; nil = to be made
	deny    bool
	sets    int
	plugged map[event.MAC]int
	// byItself: the switch takes a port out of the untagged list of its old VLAN when its PVID changes, as some do
	byItself bool
}

// config is what a switch has in its memory.
type config struct {
	pvid, admin      map[int]int
	egress, untagged map[int]string
}

func (c config) clone() config {
	return config{maps.Clone(c.pvid), maps.Clone(c.admin), maps.Clone(c.egress), maps.Clone(c.untagged)}
}

const (
	edgePorts  = 26
	ifOffset   = 10100
	quarantine = 999
)

func newEdge(t *testing.T) *edge {
	t.Helper()
	if _, err := os.Stat("/usr/sbin/snmpd"); err != nil {
		t.Skip("net-snmp's snmpd is not installed (script/setup test)")
	}
	dir, err := os.MkdirTemp("", "yg-snmp-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	e := &edge{t: t, dir: dir, plugged: map[event.MAC]int{}, wired: map[int]string{}}
	e.now = config{map[int]int{}, map[int]int{}, map[int]string{10: "", 20: "", quarantine: ""}, map[int]string{10: "", 20: "", quarantine: ""}}
	all, voice := []byte{0, 0, 0, 0}, []byte{0, 0, 0, 0}
	for p := 1; p <= edgePorts; p++ {
		e.now.pvid[p], e.now.admin[p] = 10, adminUp
		all = with(all, p, true)
	}
	voice = with(with(voice, 5, true), 25, true)
	e.now.egress[10], e.now.untagged[10] = string(all), string(all)
	e.now.egress[20], e.now.untagged[20] = string(voice), string([]byte{0, 0, 0, 0})
	e.now.egress[quarantine], e.now.untagged[quarantine] = string([]byte{0}), "" // short lists, as some switches have
	for p := 4; p <= 20; p++ {
		e.plugged[acttest.Documentation(p).MAC] = p
	}
	e.plugged[acttest.Documentation(21).MAC] = 21
	e.plugged[acttest.Documentation(121).MAC] = 21
	e.plugged[acttest.Documentation(25).MAC] = 25
	for i := range 20 {
		e.plugged[acttest.Documentation(1000+i).MAC] = 26
	}
	e.startup = e.now.clone()
	return e
}

// start runs snmpd with this switch's tables.
func (e *edge) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(e.dir, "tables"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go e.answer(c)
		}
	}()
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e.addr = u.LocalAddr().String()
	_ = u.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	conf := "agentaddress udp:" + e.addr + "\nrwcommunity town-write 127.0.0.1\ncreateUser writer SHA-256 auth-passw0rd AES priv-passw0rd\nrwuser writer priv\n" +
		"createUser reader SHA-256 auth-passw0rd AES priv-passw0rd\nrouser reader priv\n"
	for _, oid := range []string{ifAdminStatus, ifName, ".1.3.6.1.2.1.17", ".1.0.8802.1.1.2"} {
		conf += "pass_persist " + oid + " " + self + "\n"
	}
	for name, text := range map[string]string{"snmpd.conf": conf, "auth": "auth-passw0rd\n", "priv": "priv-passw0rd\n", "community": "town-write\n"} {
		if err := os.WriteFile(filepath.Join(e.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e.snmpd = exec.Command("/usr/sbin/snmpd", "-f", "-C", "-c", filepath.Join(e.dir, "snmpd.conf"), "-Lf", filepath.Join(e.dir, "log"), "-I", "-smux")
	e.snmpd.Env = append(os.Environ(), asAgent+"="+filepath.Join(e.dir, "tables"), "SNMP_PERSISTENT_DIR="+e.dir)
	if err := e.snmpd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = e.snmpd.Process.Signal(syscall.SIGCONT)
		_ = e.snmpd.Process.Kill()
		_ = e.snmpd.Wait()
	})
	r, err := newRemote(e.settings(), 200*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err = r.get(t.Context(), sysUpTime); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(filepath.Join(e.dir, "log"))
	t.Fatalf("snmpd does not answer: %v\n%s", err, text)
}

func (e *edge) settings() Switch {
	return Switch{Name: "SW-2F", Address: e.addr, User: "writer", Auth: "sha256", AuthFile: filepath.Join(e.dir, "auth"),
		Priv: "aes", PrivFile: filepath.Join(e.dir, "priv")}
}

// answer speaks pass_persist: PING, get, getnext and set.
func (e *edge) answer(c net.Conn) {
	defer c.Close()
	in := bufio.NewScanner(c)
	in.Buffer(nil, 1<<20)
	line := func() string { in.Scan(); return in.Text() }
	for in.Scan() {
		switch verb := in.Text(); verb {
		case "PING":
			fmt.Fprintln(c, "PONG")
		case "get", "getnext":
			fmt.Fprint(c, e.look(line(), verb == "getnext"))
		case "set":
			oid := line()
			fmt.Fprintln(c, e.set(oid, line()))
		}
	}
}

// row is one value of the switch's tables.
type row struct {
	oid, kind, value string
	parts            []int
}

func (e *edge) rows() (out []row) {
	add := func(kind, value, oid string, index ...any) {
		for _, i := range index {
			oid += "." + fmt.Sprint(i)
		}
		out = append(out, row{oid, kind, value, parts(oid)})
	}
	for p := 1; p <= edgePorts; p++ {
		add("integer", strconv.Itoa(ifOffset+p), basePortIfIndex, p)
		add("string", fmt.Sprintf("Gi1/0/%d", p), ifName, ifOffset+p)
		add("integer", strconv.Itoa(e.now.admin[p]), ifAdminStatus, ifOffset+p)
		add("gauge", strconv.Itoa(e.now.pvid[p]), dot1qPvid, p)
	}
	for _, v := range []int{10, 20, quarantine} {
		add("octet", octets(e.now.egress[v]), staticEgress, v)
		add("octet", octets(e.now.untagged[v]), staticUntagged, v)
	}
	for mac, p := range e.plugged {
		if e.now.admin[p] == adminUp {
			add("integer", strconv.Itoa(p), dot1qFdbPort, e.now.pvid[p], mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
			add("integer", "3", dot1qFdbStatus, e.now.pvid[p], mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
		}
	}
	add("octet", "28 00", lldpRemCapabs, 0, 25, 1)
	add("integer", strconv.Itoa(subtypeInterface), lldpLocPortSub, 25)
	add("string", "Gi1/0/25", lldpLocPortID, 25)
	slices.SortFunc(out, func(a, b row) int { return slices.Compare(a.parts, b.parts) })
	return out
}

func octets(s string) string {
	var out []string
	for i := range len(s) {
		out = append(out, fmt.Sprintf("%02x", s[i]))
	}
	return strings.Join(out, " ")
}

func parts(oid string) (out []int) {
	for _, p := range strings.Split(strings.Trim(oid, "."), ".") {
		n, _ := strconv.Atoi(p)
		out = append(out, n)
	}
	return out
}

func (e *edge) look(oid string, next bool) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.told == nil {
		e.told = e.rows()
	}
	i, same := slices.BinarySearchFunc(e.told, parts(oid), func(r row, asked []int) int { return slices.Compare(r.parts, asked) })
	switch {
	case same && next:
		i++
	case !same && !next:
		i = len(e.told)
	}
	if i >= len(e.told) {
		return "NONE\n"
	}
	return fmt.Sprintf("%s\n%s\n%s\n", e.told[i].oid, e.told[i].kind, e.told[i].value)
}

// set takes "kind value", as snmpd writes it: gauge 999, octet "80 00", string "…", integer 2.
func (e *edge) set(oid, text string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sets++
	if e.deny {
		return "not-writable"
	}
	kind, value, _ := strings.Cut(text, " ")
	value = strings.Trim(value, `"`)
	list := value
	if kind == "octet" {
		b, err := hex.DecodeString(strings.ReplaceAll(value, " ", ""))
		if err != nil {
			return "wrong-value"
		}
		list = string(b)
	}
	last := oid[strings.LastIndexByte(oid, '.')+1:]
	index, _ := strconv.Atoi(last)
	number, _ := strconv.Atoi(value)
	switch strings.TrimSuffix(oid, "."+last) {
	case staticEgress:
		e.now.egress[index] = list
	case staticUntagged:
		e.now.untagged[index] = list
	case dot1qPvid:
		if e.byItself {
			old := e.now.pvid[index]
			e.now.untagged[old] = string(with([]byte(e.now.untagged[old]), index, false))
			e.now.egress[old] = string(with([]byte(e.now.egress[old]), index, false))
		}
		e.now.pvid[index] = number
	case ifAdminStatus:
		e.now.admin[index-ifOffset] = number
	default:
		return "not-writable"
	}
	e.forward()
	return "DONE"
}

// forward makes the fabric do as the tables say: a frame goes where PVID and egress agree, else nowhere.
func (e *edge) forward() {
	e.told = nil
	if e.fabric == nil {
		return
	}
	for p := 1; p <= 3; p++ {
		vlan := e.now.pvid[p]
		if !has([]byte(e.now.egress[vlan]), p) || !has([]byte(e.now.untagged[vlan]), p) {
			vlan = 0
		}
		up := e.now.admin[p] == adminUp
		now := fmt.Sprint(vlan, up)
		if e.wired[p] == now { // each command takes long on a busy machine, while Yagura waits for the answer
			continue
		}
		if err := errors.Join(e.fabric.Move(p, vlan), e.fabric.Up(p, up)); err != nil {
			e.t.Error(err)
		}
		e.wired[p] = now
	}
}

// restart gives the switch its start-up configuration.
func (e *edge) restart(*testing.T) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = e.startup.clone()
	e.forward()
}

// text is everything that the switch has, byte for byte.
func (e *edge) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var b strings.Builder
	for p := 1; p <= edgePorts; p++ {
		fmt.Fprintf(&b, "port %d pvid %d admin %d\n", p, e.now.pvid[p], e.now.admin[p])
	}
	for _, v := range slices.Sorted(maps.Keys(e.now.egress)) {
		fmt.Fprintf(&b, "vlan %d egress %x untagged %x\n", v, e.now.egress[v], e.now.untagged[v])
	}
	return b.String()
}

func (e *edge) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
	e.told = nil
}
