package asset

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/yagura-project/yagura/event"
)

var (
	t0   = time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
	macA = event.MAC{2, 0, 0, 0, 0, 0xa}
	macB = event.MAC{2, 0, 0, 0, 0, 0xb}
	macR = event.MAC{2, 0, 0, 0, 0, 0xf}
)

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

func inventory(t *testing.T, change ...func(*Config)) *Inventory {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Home = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	cfg.Zones = []Zone{{"internet", []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}, {"lgwan", []netip.Prefix{netip.MustParsePrefix("10.1.9.0/24")}}}
	for _, c := range change {
		c(&cfg)
	}
	v, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func ack(v *Inventory, mac event.MAC, addr, name string, at time.Time) {
	v.Observe(&event.DHCPActivity{Header: event.Header{Time: at}, Message: "REQUEST", ClientMAC: mac, Hostname: name})
	v.Observe(&event.DHCPActivity{Header: event.Header{Time: at}, Message: "ACK", ClientMAC: mac, YourIP: ip(addr), ServerIP: ip("10.1.0.1"), Routers: []netip.Addr{ip("10.1.0.254")}})
}

func frame(v *Inventory, mac event.MAC, src, dst string, at time.Time) {
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: at}, Activity: event.FlowOpen,
		Conn: event.Conn{Proto: event.ProtoTCP, Src: event.Endpoint{IP: ip(src), MAC: mac}, Dst: event.Endpoint{IP: ip(dst), MAC: macR}}})
}

func TestLeaseMovesTheName(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	ack(v, macB, "10.1.2.31", "ZEIMU-07", t0)
	later := t0.Add(10 * time.Hour)
	ack(v, macB, "10.1.2.30", "ZEIMU-07", later)
	if d := v.Device(ip("10.1.2.30"), t0.Add(time.Hour)); d.Hostname != "SOUMU-01" || d.MAC != macA {
		t.Errorf("before the change: %s %s", d.Hostname, d.MAC)
	}
	if d := v.Device(ip("10.1.2.30"), later.Add(time.Hour)); d.Hostname != "ZEIMU-07" || d.UID != "mac:"+macB.String() {
		t.Errorf("after the change: %s %s", d.Hostname, d.UID)
	}
	if d := v.DeviceByMAC(macB, later); d.Hostname != "ZEIMU-07" || d.IP != ip("10.1.2.30") {
		t.Errorf("by MAC: %s at %s", d.Hostname, d.IP)
	}
	if d := v.DeviceByMAC(macR, later); d.UID != "mac:"+macR.String() || d.IP.IsValid() {
		t.Errorf("an unknown MAC: %+v", d)
	}
	if d := v.Device(ip("10.1.0.254"), later); !d.HasRole("gateway") {
		t.Errorf("the router of the lease has roles %v", d.Roles)
	}
}

func TestRouterIsNoMachine(t *testing.T) {
	v := inventory(t)
	frame(v, macA, "10.1.2.30", "198.51.100.1", t0)
	for i := range 10 { // beyond a router: one MAC for all
		frame(v, macR, fmt.Sprintf("10.1.7.%d", i+1), "10.1.2.30", t0.Add(time.Duration(i)*time.Second))
	}
	frame(v, macR, "198.51.100.1", "10.1.2.30", t0.Add(time.Minute))
	seen := map[string]bool{}
	for i := range 10 {
		d := v.Device(ip(fmt.Sprintf("10.1.7.%d", i+1)), t0.Add(time.Minute))
		if !d.MAC.IsZero() || seen[d.UID] {
			t.Errorf("%s: MAC %s, UID %s shared: %v", d.IP, d.MAC, d.UID, seen[d.UID])
		}
		seen[d.UID] = true
	}
	if d := v.Device(ip("10.1.2.30"), t0.Add(time.Minute)); d.MAC != macA {
		t.Errorf("the machine on the segment has MAC %s", d.MAC)
	}
	if s := v.Stats(); s.Routers != 1 {
		t.Errorf("%d routers, want 1", s.Routers)
	}
}

// A layer 3 switch sends for many machines and, where the sensor stands within, for nothing outside.
func TestRouterStaysRouter(t *testing.T) {
	v := inventory(t)
	for i := range 64 {
		addr, at := fmt.Sprintf("10.1.7.%d", i+1), t0.Add(time.Duration(i)*time.Second)
		frame(v, macR, addr, "10.1.2.30", at)
		if d := v.Device(ip(addr), at); i > maxOwn && (!d.MAC.IsZero() || len(d.IPs) != 1) {
			t.Fatalf("machine %d beyond the router has MAC %s and addresses %v", i+1, d.MAC, d.IPs)
		}
	}
	if s := v.Stats(); s.Routers != 1 || s.Machines != 64 {
		t.Errorf("%d routers, %d machines, want 1 and 64", s.Routers, s.Machines)
	}
}

// With the first frames nobody knows whether an Ethernet address is a router's: what would cut it off waits for more.
func TestMetLatelyIsNotSure(t *testing.T) {
	v := inventory(t)
	sure := func(addr string, at time.Time) bool {
		d := v.Device(ip(addr), at)
		if d.Confidence < event.Sure && d.Unsure.JA == "" {
			t.Errorf("%s: confidence %d without a reason", addr, d.Confidence)
		}
		return d.Confidence >= event.Sure
	}
	frame(v, macA, "10.1.2.30", "10.1.2.1", t0)
	frame(v, macB, "10.1.2.31", "10.1.2.1", t0)
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: t0}, ARP: &event.ARP{Sender: macB, SenderIP: ip("10.1.2.31")}})
	if sure("10.1.2.30", t0) || !sure("10.1.2.31", t0) {
		t.Error("after one frame it counts as sure, or an address that ARP confirms does not")
	}
	later := t0.Add(metFor)
	frame(v, macA, "10.1.2.30", "10.1.2.1", later)
	if !sure("10.1.2.30", later) {
		t.Error("ten minutes of frames for one address are not enough")
	}
	frame(v, macA, "10.1.7.1", "10.1.2.1", later)
	if sure("10.1.2.30", later) || sure("10.1.7.1", later) {
		t.Error("what sends for two addresses counts as one machine")
	}
}

// After a restart nobody knows at first which address is a router's; what was known of machines beyond it must not be lost by that.
func TestRouterAfterRestart(t *testing.T) {
	before := inventory(t)
	name := func(i int) string { return fmt.Sprintf("ZEIMU-%02d", i) }
	for i := range 12 {
		addr, at := fmt.Sprintf("10.1.7.%d", i+1), t0.Add(time.Duration(i)*time.Second)
		frame(before, macR, addr, "10.1.2.30", at)
		frame(before, macR, "198.51.100.1", "10.1.2.30", at)
		before.Observe(&event.Authentication{Header: event.Header{Time: at.Add(time.Minute)}, Conn: event.Conn{Src: event.Endpoint{IP: ip(addr)},
			Dst: event.Endpoint{IP: ip("10.1.0.10"), Port: 88}}, Protocol: "kerberos", Message: "AS-REP", User: name(i) + "$", Success: true})
	}
	v := inventory(t)
	v.Restore(before.Snapshot())
	later := t0.Add(time.Hour)
	for i := range 12 {
		frame(v, macR, fmt.Sprintf("10.1.7.%d", i+1), "10.1.2.30", later.Add(time.Duration(i)*time.Second))
	}
	for i := range 12 {
		d := v.Device(ip(fmt.Sprintf("10.1.7.%d", i+1)), later.Add(time.Minute))
		if d.Hostname != name(i) || !d.MAC.IsZero() || len(d.Conflicts) > 0 {
			t.Errorf("%s is called %q, MAC %s, %v", d.IP, d.Hostname, d.MAC, d.Conflicts)
		}
		if d, ok := v.DeviceByName(name(i), later); !ok || d.IP != ip(fmt.Sprintf("10.1.7.%d", i+1)) {
			t.Errorf("%s is at %s", name(i), d.IP)
		}
	}
}

func TestNamesAndUsers(t *testing.T) {
	v := inventory(t)
	h := event.Header{Time: t0}
	c := event.Conn{Src: event.Endpoint{IP: ip("10.1.2.30")}, Dst: event.Endpoint{IP: ip("10.1.0.10"), Port: 88}}
	v.Observe(&event.Authentication{Header: h, Conn: c, Protocol: "kerberos", Message: "AS-REP", User: "sato", Success: true})
	v.Observe(&event.Authentication{Header: h, Conn: c, Protocol: "kerberos", Message: "AS-REP", User: "SOUMU-01$", Success: true})
	v.Observe(&event.DNSActivity{Header: h, Conn: event.Conn{Src: event.Endpoint{IP: ip("10.1.2.31")}}, Service: "nbns", Activity: event.DNSQuery, Op: "registration",
		Answers: []event.DNSAnswer{{Name: "zeimu-07", Type: "NB", Data: "10.1.2.31"}}})
	v.Observe(&event.DNSActivity{Header: h, Conn: event.Conn{Src: event.Endpoint{IP: ip("10.1.2.31")}, Dst: event.Endpoint{IP: ip("10.1.2.66")}}, Service: "llmnr",
		Activity: event.DNSResponse, Answers: []event.DNSAnswer{{Name: "fileserver", Type: "A", Data: "10.1.0.20"}}}) // a poisoner
	if d := v.Device(ip("10.1.2.30"), t0); d.Hostname != "SOUMU-01" || d.User != "sato" {
		t.Errorf("name %q, user %q", d.Hostname, d.User)
	}
	if d := v.Device(ip("10.1.0.10"), t0); !d.HasRole("dc") {
		t.Errorf("who answers Kerberos has roles %v", d.Roles)
	}
	shown := event.Conn{Src: event.Endpoint{IP: ip("10.1.2.30")}, Dst: event.Endpoint{IP: ip("10.1.0.20"), Port: 445}}
	v.Observe(&event.Authentication{Header: h, Conn: shown, Protocol: "kerberos", Message: "AP-REQ", Service: "cifs/fs", Success: true, Answered: true})
	if d := v.Device(ip("10.1.0.20"), t0); d.HasRole("dc") {
		t.Error("a file server that was shown a ticket counts as a domain controller")
	}
	if d := v.Device(ip("10.1.2.31"), t0); d.Hostname != "zeimu-07" {
		t.Errorf("name %q", d.Hostname)
	}
	if d := v.Device(ip("10.1.0.20"), t0); d.Hostname != "" {
		t.Errorf("a stranger named the server %q", d.Hostname)
	}
}

func TestConflictIsShown(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	v.Observe(&event.Authentication{Header: event.Header{Time: t0}, Conn: event.Conn{Src: event.Endpoint{IP: ip("10.1.2.30")}}, Protocol: "ntlm", Message: "NTLM-AUTH", User: "sato", Workstation: "KALI"})
	d := v.Device(ip("10.1.2.30"), t0)
	if d.Hostname != "SOUMU-01" || len(d.Conflicts) != 1 {
		t.Errorf("name %q, conflicts %v", d.Hostname, d.Conflicts)
	}
}

func TestAddressMeltsIntoMachine(t *testing.T) {
	v := inventory(t)
	h := event.Header{Time: t0}
	v.Observe(&event.Authentication{Header: h, Conn: event.Conn{Src: event.Endpoint{IP: ip("10.1.2.30")}}, Protocol: "kerberos", Message: "AS-REP", User: "sato", Success: true})
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: t0.Add(time.Minute)}, ARP: &event.ARP{Op: 1, SenderIP: ip("10.1.2.30"), Sender: macA, TargetIP: ip("10.1.2.1")}})
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: t0.Add(time.Minute)}, ARP: &event.ARP{Op: 1, SenderIP: ip("fd00::30"), Sender: macA, TargetIP: ip("fd00::1")}})
	d := v.Device(ip("10.1.2.30"), t0.Add(time.Minute))
	if d.User != "sato" || d.MAC != macA || len(v.Devices()) != 1 || !slices.Equal(d.IPs, []netip.Addr{ip("10.1.2.30"), ip("fd00::30")}) {
		t.Errorf("%+v, %d machines", d, len(v.Devices()))
	}
}

func TestZones(t *testing.T) {
	v := inventory(t)
	for addr, want := range map[string]string{"10.1.2.3": "internet", "10.1.9.3": "lgwan", "198.51.100.1": "", "::ffff:10.1.9.3": "lgwan"} {
		if got := v.Zone(ip(addr)); got != want {
			t.Errorf("%s is in zone %q, want %q", addr, got, want)
		}
	}
}

func TestSnapshotAndRestore(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	ack(v, macB, "10.1.2.30", "ZEIMU-07", t0.Add(10*time.Hour))
	frame(v, macA, "10.1.2.40", "198.51.100.1", t0.Add(11*time.Hour))
	w := inventory(t)
	w.Restore(v.Snapshot())
	opts := []cmp.Option{cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b event.Binding) bool {
		return fmt.Sprint(a) < fmt.Sprint(b)
	})}
	if diff := cmp.Diff(v.Snapshot(), w.Snapshot(), opts...); diff != "" {
		t.Error(diff)
	}
	for _, at := range []time.Duration{time.Hour, 12 * time.Hour} {
		a, b := v.Device(ip("10.1.2.30"), t0.Add(at)), w.Device(ip("10.1.2.30"), t0.Add(at))
		if a.Hostname != b.Hostname {
			t.Errorf("after %s: %q was %q before the restart", at, b.Hostname, a.Hostname)
		}
	}
}

func TestBounded(t *testing.T) {
	v := inventory(t, func(c *Config) { c.MaxDevices = 500 })
	for i := range 100_000 {
		src := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		frame(v, event.MAC{2, 1, 0, byte(i >> 16), byte(i >> 8), byte(i)}, src.String(), "198.51.100.1", t0.Add(time.Duration(i)*time.Millisecond))
	}
	if s := v.Stats(); s.Machines > 500 || s.Addresses > 1000 || s.Evicted == 0 {
		t.Errorf("%+v", s)
	}
}

// A PC speaks from its link-local address before anything else; that makes no router of it.
func TestIPv6JoinsTheMachine(t *testing.T) {
	v := inventory(t)
	frame(v, macA, "fe80::a", "ff02::2", t0)
	frame(v, macA, "fe80::a", "fe80::1", t0)
	ack(v, macA, "10.1.0.31", "PC-031", t0.Add(time.Second))
	frame(v, macA, "fd00::31", "2001:db8::80", t0.Add(2*time.Second))
	d := v.Device(ip("fd00::31"), t0.Add(3*time.Second))
	if d.MAC != macA || d.Hostname != "PC-031" {
		t.Fatalf("the IPv6 address is %s %s", d.UID, d.Hostname)
	}
	for _, want := range []string{"10.1.0.31", "fd00::31", "fe80::a"} {
		if !slices.Contains(d.IPs, ip(want)) {
			t.Errorf("%s is not among %v", want, d.IPs)
		}
	}
}
