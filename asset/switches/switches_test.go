package switches

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/event"
)

// asAgent makes this test binary the subagent that serves the tables to snmpd (pass_persist of snmpd.conf(5)).
const asAgent = "YAGURA_TEST_PASS_PERSIST"

func TestMain(m *testing.M) {
	if os.Getenv(asAgent) != "" {
		serve()
		return
	}
	os.Exit(m.Run())
}

// row is one value of the tables of a small switch.
type row struct{ oid, kind, value string }

// town is a switch with a PC at port 1, a telephone and a PC at port 2, an uplink with LLDP at port 3 and one by numbers at 4.
func town() (rows []row) {
	add := func(oid, kind, value string) { rows = append(rows, row{oid, kind, value}) }
	for port := 1; port <= 4; port++ {
		add(fmt.Sprintf("%s.%d", basePortIfIndex, port), "integer", strconv.Itoa(10100+port))
		add(fmt.Sprintf("%s.%d", ifName, 10100+port), "string", fmt.Sprintf("Gi1/0/%d", port))
	}
	learn := func(vlan, port int, mac event.MAC, status int) {
		index := fmt.Sprintf("%d.%d.%d.%d.%d.%d.%d", vlan, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
		add(dot1qFdbPort+"."+index, "integer", strconv.Itoa(port))
		add(dot1qFdbStatus+"."+index, "integer", strconv.Itoa(status))
	}
	learn(10, 1, pc(1), 3)
	learn(10, 2, pc(2), 3)
	learn(20, 2, pc(3), 3)
	learn(10, 3, pc(4), 3)
	learn(10, 1, pc(9), statusSelf)
	for i := range 12 {
		learn(10, 4, pc(byte(100+i)), 3)
	}
	neighbour := func(port int, capabilities string) {
		add(fmt.Sprintf("%s.%d", lldpLocPortSub, port), "integer", strconv.Itoa(subtypeInterface))
		add(fmt.Sprintf("%s.%d", lldpLocPortID, port), "string", fmt.Sprintf("Gi1/0/%d", port))
		add(fmt.Sprintf("%s.0.%d.1", lldpRemCapabs, port), "octet", capabilities)
	}
	neighbour(2, "24 00") // bridge and telephone
	neighbour(3, "28 00") // bridge and router
	add(ipToPhysical+".7.1.4.10.1.2.30", "octet", "02 00 00 00 05 01")
	add(ipToMedia+".7.10.1.2.31", "octet", "02 00 00 00 05 02")
	return rows
}

func pc(n byte) event.MAC { return event.MAC{2, 0, 0, 0, 5, n} }

func parts(oid string) (out []int) {
	for _, p := range strings.Split(strings.Trim(oid, "."), ".") {
		n, _ := strconv.Atoi(p)
		out = append(out, n)
	}
	return out
}

// serve answers get and getnext until snmpd closes the pipe.
func serve() {
	rows := town()
	slices.SortFunc(rows, func(a, b row) int { return slices.Compare(parts(a.oid), parts(b.oid)) })
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if in.Text() == "PING" {
			fmt.Println("PONG")
			continue
		}
		next := in.Text() == "getnext"
		in.Scan()
		asked := parts(in.Text())
		i := slices.IndexFunc(rows, func(r row) bool {
			c := slices.Compare(parts(r.oid), asked)
			return next && c > 0 || !next && c == 0
		})
		if i < 0 {
			fmt.Println("NONE")
			continue
		}
		fmt.Printf("%s\n%s\n%s\n", rows[i].oid, rows[i].kind, rows[i].value)
	}
}

// agent starts net-snmp's snmpd with the tables and returns its address.
func agent(t *testing.T) string {
	t.Helper()
	snmpd, err := exec.LookPath("snmpd")
	if err != nil {
		snmpd = "/usr/sbin/snmpd"
	}
	if _, err := os.Stat(snmpd); err != nil {
		t.Skip("net-snmp's snmpd is not installed (script/setup test): no real agent to read")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.LocalAddr().String()
	l.Close()
	dir := t.TempDir()
	conf := "agentaddress udp:" + addr + "\nrocommunity secret-ro 127.0.0.1\nsysName SW-2F-01\ncreateUser reader SHA-256 authpassword AES privpassword\nrouser reader priv\n"
	for _, oid := range []string{ifName, basePortIfIndex, ".1.3.6.1.2.1.17.7", ipToPhysical, ipToMedia, ".1.0.8802.1.1.2"} {
		conf += "pass_persist -p 10 " + oid + " " + self + "\n"
	}
	path := filepath.Join(dir, "snmpd.conf")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(snmpd, "-f", "-Lo", "-C", "-c", path, "-I", "-ifTable,ifXTable,ipNetToPhysicalTable,ipNetToMediaTable", "-p", filepath.Join(dir, "pid"))
	cmd.Env = append(os.Environ(), asAgent+"=1", "SNMP_PERSISTENT_DIR="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return addr
}

func file(t *testing.T, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(p, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// await asks until the agent is up.
func await(t *testing.T, s asset.Switch) {
	t.Helper()
	var err error
	for range 100 {
		if _, err = Read(t.Context(), s); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(err)
}

func TestRealAgent(t *testing.T) {
	addr := agent(t)
	await(t, asset.Switch{Address: addr, Community: file(t, "secret-ro")})
	for name, s := range map[string]asset.Switch{
		"2c": {Address: addr, Community: file(t, "secret-ro")},
		"3":  {Address: addr, User: "reader", Auth: "sha256", AuthFile: file(t, "authpassword"), Priv: "aes", PrivFile: file(t, "privpassword")},
	} {
		t.Run(name, func(t *testing.T) {
			if err := s.Validate(); err != nil {
				t.Fatal(err)
			}
			tables, err := Read(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if tables.Name != "SW-2F-01" {
				t.Errorf("it calls itself %q", tables.Name)
			}
			want := map[event.MAC]string{pc(1): "Gi1/0/1", pc(2): "Gi1/0/2", pc(3): "Gi1/0/2"}
			ips := map[string]event.MAC{"10.1.2.30": pc(1), "10.1.2.31": pc(2)}
			for _, a := range Attachments(s, tables, time.Now()) {
				if a.IP.IsValid() {
					if ips[a.IP.String()] != a.MAC {
						t.Errorf("%s is %s", a.IP, a.MAC)
					}
					delete(ips, a.IP.String())
					continue
				}
				if want[a.MAC] != a.Port || a.Switch != "SW-2F-01" {
					t.Errorf("%s at %s %s, want %q", a.MAC, a.Switch, a.Port, want[a.MAC])
				}
				delete(want, a.MAC)
			}
			if len(want)+len(ips) > 0 {
				t.Errorf("not told: %v %v", want, ips)
			}
		})
	}
	t.Run("wrong community", func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
		defer stop()
		if _, err := Read(ctx, asset.Switch{Address: addr, Community: file(t, "guess")}); err == nil || !strings.Contains(err.Error(), addr) {
			t.Errorf("%v", err)
		}
	})
	t.Run("into the inventory", func(t *testing.T) {
		cfg := asset.DefaultConfig()
		cfg.Home = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		v, err := asset.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		told := make(chan struct{}, 8)
		p := NewPoller([]asset.Switch{{Address: addr, Community: file(t, "secret-ro")}}, func(list ...asset.Attachment) { v.Attach(list...); told <- struct{}{} }, slog.New(slog.DiscardHandler))
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-told
		if err := p.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		d := v.Device(netip.MustParseAddr("10.1.2.30"), time.Now())
		if d.MAC != pc(1) || d.Port != "SW-2F-01 Gi1/0/1" || d.Confidence < event.Sure {
			t.Errorf("%s %s %q %d", d.IP, d.MAC, d.Port, d.Confidence)
		}
	})
}

func TestSettings(t *testing.T) {
	for want, s := range map[string]asset.Switch{
		"write an IP address": {Address: "switch-1", Community: "x"}, "community_file": {Address: "10.0.0.1"}, "30s": {Address: "10.0.0.1", Community: "x", Every: time.Second},
		"version 3 needs": {Address: "10.0.0.1", Version: "3"}, "priv needs auth": {Address: "10.0.0.1", User: "u", Priv: "aes", PrivFile: "x"},
		"write sha256": {Address: "10.0.0.1", User: "u", Auth: "crc"}, "name them": {Address: "10.0.0.1", User: "u", Auth: "sha"},
	} {
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
}

// Tables of a hostile or broken agent lose their rows, nothing else.
func FuzzTables(f *testing.F) {
	f.Add("1.2.3", "10.2.0.0.0.5.1", "7.1.4.10.1.2.30", []byte{2, 0, 0, 0, 5, 1}, 3)
	f.Fuzz(func(t *testing.T, a, b, c string, v []byte, n int) {
		tables, err := read(func(oid string) (raw, error) {
			return raw{a: v, b: n, c: v, "1": n, "2": uint(n & 7)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range Attachments(asset.Switch{}, tables, time.Unix(0, 0)) {
			if x.MAC.IsZero() && x.IP.IsValid() {
				t.Errorf("%+v", x)
			}
		}
	})
}
