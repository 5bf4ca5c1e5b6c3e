package arp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

func (w *town) order(m machineIn, id string) act.Target {
	return act.Target{Order: id, Nets: []netip.Prefix{netip.PrefixFrom(m.v4, 32), netip.PrefixFrom(m.v6, 128)}, MAC: w.mac(m), Until: time.Now().Add(time.Hour)}
}

// speaks says whether an echo comes back on an open connection.
func speaks(c net.Conn, patience time.Duration) bool {
	stamp := fmt.Sprintf("%020d", time.Now().UnixNano())
	if _, err := c.Write([]byte(stamp)); err != nil {
		return false
	}
	_ = c.SetReadDeadline(time.Now().Add(patience))
	buf, got := make([]byte, 512), ""
	for {
		n, err := c.Read(buf)
		if got += string(buf[:n]); strings.HasSuffix(got, stamp) {
			return true
		}
		if err != nil {
			return false
		}
	}
}

func (w *town) open4(t *testing.T, from, to machineIn) []net.Conn {
	t.Helper()
	var out []net.Conn
	for _, a := range []netip.Addr{from.v4, from.v6} {
		c := w.dial(t, "tcp", a, to)
		t.Cleanup(func() { _ = c.Close() })
		out = append(out, c)
	}
	return out
}

func all4(t *testing.T, what string, conns []net.Conn, want bool) {
	t.Helper()
	for i, c := range conns {
		got := speaks(c, map[bool]time.Duration{true: 20 * time.Second, false: 700 * time.Millisecond}[want])
		// Linux does not believe a change within a second of the last one.
		for end := time.Now().Add(20 * time.Second); got && !want && time.Now().Before(end); {
			got = speaks(c, 700*time.Millisecond)
		}
		if got != want {
			t.Errorf("%s: the session over IPv%d works: %v", what, []int{4, 6}[i%2], got)
		}
	}
}

// Sessions to a neighbour and to the gateway stop, over both families, stay stopped while caches are probed and asked for anew, and
// go on after the release; what everybody believes is then what it was. Nothing but Yagura's own address is ever an Ethernet source.
func TestTheWholeLife(t *testing.T) {
	w := newTown(t)
	mine := slices.Concat(w.open4(t, pcA, server), w.open4(t, pcA, gateway))
	other := w.open4(t, pcB, server)
	all4(t, "before", mine, true)
	ports := w.ports()
	h := w.open(t, quietDeps(t))
	r, err := h.Apply(t.Context(), w.order(pcA, "iso-1"))
	if err != nil || len(r.Commands) != 1 {
		t.Fatal(err, r)
	}
	all4(t, "cut", mine, false)
	// The machine, its neighbour and the gateway forget and ask again.
	for _, m := range []machineIn{pcA, server, gateway} {
		w.in(m.ns, "ip neigh flush all")
	}
	all4(t, "asked anew", mine, false)
	time.Sleep(6 * time.Second) // Linux probes its neighbours after 5 s (delay_first_probe_time)
	all4(t, "probed", mine, false)
	all4(t, "the neighbour", other, true)
	if now := w.ports(); now != ports {
		t.Errorf("the switch learnt a wrong port:\n%s\nbefore\n%s", now, ports)
	}
	if _, err := h.Undo(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	all4(t, "released", mine, true)
	if err := h.Close(); err != nil { // when the truth has been told for long enough
		t.Error(err)
	}
	own := w.mac(yagura).String()
	for _, m := range []machineIn{pcA, server, gateway} {
		for line := range strings.Lines(w.caches(m)) {
			if strings.Contains(line, own) && !strings.HasPrefix(line, yagura.v4.String()+" ") && !strings.HasPrefix(line, yagura.v6.String()+" ") && !strings.HasPrefix(line, "fe80") {
				t.Errorf("%s still believes a lie: %s", m.ns, line)
			}
		}
	}
}

// ports is where the switch has the machines.
func (w *town) ports() string {
	w.t.Helper()
	out := ""
	for _, m := range all {
		line := w.in("sw", "bridge fdb show br br0 | grep -i "+w.mac(m).String()+" | grep -v permanent | cut -d' ' -f1-3 | sort -u; true")
		out += m.ns + " " + line
	}
	return out
}

// Yagura dies and comes back: the order goes on when it is told again, and its end is told truly, though the lie was another process's.
func TestARestart(t *testing.T) {
	w := newTown(t)
	mine := w.open4(t, pcA, server)
	d := quietDeps(t)
	h := w.open(t, d)
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	all4(t, "cut", mine, false)
	if err := h.Close(); err != nil { // falls silent, as killed
		t.Fatal(err)
	}
	again := w.open(t, d)
	if held, err := again.List(t.Context()); err != nil || len(held) != 0 {
		t.Errorf("nobody is told anything yet, but %+v %v", held, err)
	}
	r, err := again.Undo(t.Context(), w.order(pcA, "iso-1"))
	if err != nil || len(r.Commands) != 1 {
		t.Errorf("%+v %v", r, err)
	}
	all4(t, "released by the next process", mine, true)
	if r, err := again.Undo(t.Context(), w.order(pcA, "iso-1")); err != nil || len(r.Commands) != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	var kept []keptOrder
	if err := d.Memory("arp").Load(&kept); err != nil || len(kept) != 0 {
		t.Errorf("it is still remembered: %+v %v", kept, err)
	}
}

// A release that a crash interrupted is finished with the next deed.
func TestAnInterruptedRelease(t *testing.T) {
	w := newTown(t)
	mine := w.open4(t, pcA, server)
	d := quietDeps(t)
	h := w.open(t, d)
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	all4(t, "cut", mine, false)
	if _, err := h.leave("iso-1"); err != nil { // the ledger says released; nobody was told
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	again := w.open(t, d)
	if _, err := again.Undo(t.Context(), w.order(pcB, "iso-2")); err != nil {
		t.Fatal(err)
	}
	all4(t, "told after all", mine, true)
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// When Yagura dies and stays away, caches heal by themselves.
func TestItFailsOpen(t *testing.T) {
	w := newTown(t)
	for _, m := range []machineIn{pcA, server} { // caches doubt what they know after 1 s instead of 30
		w.in(m.ns, "for v in 4 6; do sysctl -qw net.ipv$v.neigh.eth0.base_reachable_time_ms=1000 net.ipv$v.neigh.eth0.delay_first_probe_time=1; done")
	}
	mine := w.open4(t, pcA, server)
	h := w.open(t, quietDeps(t))
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	all4(t, "cut", mine, false)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	for i, c := range mine {
		ok := false
		for end := time.Now().Add(2 * time.Minute); !ok && time.Now().Before(end); {
			ok = speaks(c, 5*time.Second)
		}
		if !ok {
			t.Errorf("IPv%d: it is still cut two minutes after Yagura died", []int{4, 6}[i])
		}
	}
}

func TestGuards(t *testing.T) {
	w := newTown(t)
	h := w.open(t, quietDeps(t))
	defer h.Close()
	before := h.segments[0].sent.Load()
	for name, target := range map[string]act.Target{
		"the gateway":   w.order(gateway, "iso-g"),
		"Yagura itself": w.order(yagura, "iso-y"),
		"elsewhere":     {Order: "iso-e", Nets: []netip.Prefix{netip.MustParsePrefix("10.81.0.2/32")}, Until: time.Now().Add(time.Hour)},
	} {
		var no *act.Refused
		if _, err := h.Apply(t.Context(), target); !errors.As(err, &no) || no.Text.JA == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.segments[0].sent.Load(); n != before {
		t.Errorf("%d frames were sent", n-before)
	}
	// The gateway under a second address is the gateway.
	w.in("g", "ip addr add 10.80.0.77/24 dev eth0")
	second := act.Target{Order: "iso-2", Nets: []netip.Prefix{netip.MustParsePrefix("10.80.0.77/32")}, Until: time.Now().Add(time.Hour)}
	var no *act.Refused
	if _, err := h.Apply(t.Context(), second); !errors.As(err, &no) {
		t.Errorf("the gateway's second address: %v", err)
	}
	// Nobody is there and no MAC is known.
	absent := act.Target{Order: "iso-3", Nets: []netip.Prefix{netip.MustParsePrefix("10.80.0.99/32")}, Until: time.Now().Add(time.Hour)}
	if _, err := h.Apply(t.Context(), absent); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Error(err)
	}
	// A machine that forwards would pass on what it draws.
	w.in("y", "sysctl -qw net.ipv4.ip_forward=1")
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-4")); err == nil || !strings.Contains(err.Error(), "forwards packets") {
		t.Error(err)
	}
	w.in("y", "sysctl -qw net.ipv4.ip_forward=0")
}

// What an isolated machine may still reach, it finds where it is.
func TestTheNoticePageCanBeReached(t *testing.T) {
	w := newTown(t)
	d := quietDeps(t)
	d.Allow = []act.Allow{{IP: server.v4}, {IP: server.v6}, {IP: gateway.v4}}
	h := w.open(t, d)
	defer h.Close()
	page, rest := w.open4(t, pcA, server), w.open4(t, pcA, gateway)
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	all4(t, "the notice page", page, true)
	all4(t, "the gateway, behind which is everything", rest, false)
	if _, err := h.Undo(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
}

// A machine that takes a new address after it was cut stays cut; one that claims another's does not get the other cut.
func TestANewAddressDoesNotHelp(t *testing.T) {
	w := newTown(t)
	h := w.open(t, quietDeps(t))
	defer h.Close()
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	w.in("a", "ip addr add 10.80.0.66/24 dev eth0; ip addr add fd80::66/64 dev eth0 nodad")
	for _, a := range []string{"10.80.0.66", "fd80::66"} {
		from := netip.MustParseAddr(a)
		to := server.v4
		if from.Is6() {
			to = server.v6
		}
		if err := w.at("a", func() error {
			d := net.Dialer{Timeout: 3 * time.Second, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))}
			c, err := d.Dial("tcp", netip.AddrPortFrom(to, 7000).String())
			if err != nil {
				return err
			}
			defer c.Close()
			time.Sleep(1500 * time.Millisecond)
			for end := time.Now().Add(20 * time.Second); speaks(c, 700*time.Millisecond); {
				if time.Now().After(end) {
					return nil
				}
			}
			return errors.New("cut")
		}); err == nil {
			t.Errorf("%s talks with the server", from)
		}
	}
	held, err := h.List(t.Context())
	if err != nil || len(held) != 1 || !slices.Contains(held[0].Nets, netip.MustParsePrefix("10.80.0.66/32")) {
		t.Errorf("%+v %v", held, err)
	}
	// It claims to be the server.
	w.in("a", "ip addr add 10.80.0.9/24 dev eth0; ping -c1 -W1 -I 10.80.0.9 10.80.0.3 >/dev/null; true")
	held, _ = h.List(t.Context())
	if slices.Contains(held[0].Nets, netip.PrefixFrom(server.v4, 32)) {
		t.Error("the server was cut by the victim's claim")
	}
	w.in("a", "ip addr del 10.80.0.9/24 dev eth0")
	if _, err := h.Undo(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	w.in("b", "ip neigh flush all") // it believed the claim
	all4(t, "the server", w.open4(t, pcB, server), true)
}

// A router that announces itself stays the machine's router: the lie and the truth carry its flag (RFC 4861 §7.2.5).
func TestARouterStaysARouter(t *testing.T) {
	w := newTown(t)
	w.in("a", "sysctl -qw net.ipv6.conf.eth0.accept_ra=2")
	w.in("g", "sysctl -qw net.ipv6.conf.all.forwarding=1")
	h := w.open(t, quietDeps(t))
	defer h.Close()
	link := strings.Fields(w.in("g", "ip -6 -o addr show dev eth0 scope link"))[3]
	router := netip.MustParsePrefix(link).Addr()
	mac := w.mac(gateway)
	body := make([]byte, 16)
	body[0], body[4], body[7] = icmpRouterAdv, 64, 200 // a lifetime of 200 s
	frame := icmpFrame(mac, groupMAC(allNodes), router, allNodes, body)
	if err := w.at("g", func() error {
		i, err := net.InterfaceByName("eth0")
		if err != nil {
			return err
		}
		fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return unix.Sendto(fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: i.Index, Halen: 6})
	}); err != nil {
		t.Fatal(err)
	}
	has := func() bool { return strings.Contains(w.in("a", "ip -6 route show default"), router.String()) }
	for end := time.Now().Add(time.Minute); !has() && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	if !has() {
		t.Fatal("the machine did not take the router")
	}
	w.in("a", "ping -6 -c1 -W20 "+router.String()+"%eth0 >/dev/null")
	if _, err := h.Apply(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	believes := func(m event.MAC) bool {
		return strings.Contains(w.in("a", "ip -6 neigh show "+router.String()+" dev eth0"), m.String()+" router")
	}
	for end := time.Now().Add(time.Minute); !believes(w.mac(yagura)) && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	if !believes(w.mac(yagura)) || !has() {
		t.Errorf("cut: %s\n%s", w.caches(pcA), w.in("a", "ip -6 route"))
	}
	if _, err := h.Undo(t.Context(), w.order(pcA, "iso-1")); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); !believes(mac) && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	if !believes(mac) || !has() {
		t.Errorf("released: %s\n%s", w.caches(pcA), w.in("a", "ip -6 route"))
	}
	var no *act.Refused
	if _, err := h.Apply(t.Context(), act.Target{Order: "iso-r", Nets: []netip.Prefix{netip.PrefixFrom(router, 128)}, Until: time.Now().Add(time.Hour)}); !errors.As(err, &no) {
		t.Errorf("a router that announced itself is cut: %v", err)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Rate: 1, Segments: []Segment{{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, {Interface: "e", Prefixes: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/24")},
		Gateways: []netip.Addr{netip.MustParseAddr("10.2.0.1")}}}}
	err := c.Validate()
	for _, want := range []string{"every: 0s", "rate: 1", "segments[0].interface", "10.0.0.0/8 is no single network", "segments[0].gateways: name its routers", "10.2.0.1 is not in its prefixes"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	c = DefaultConfig()
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "segments: none is named") {
		t.Error(err)
	}
	if os.Geteuid() != 0 {
		return
	}
	c.Segments = []Segment{{Interface: "ygnone0", Prefixes: []netip.Prefix{netip.MustParsePrefix("fd00::/64")}}}
	if _, err := Enforcer.Open(&c, act.Deps{}); err == nil || !strings.Contains(err.Error(), "arp: interface ygnone0") {
		t.Error(err)
	}
}
