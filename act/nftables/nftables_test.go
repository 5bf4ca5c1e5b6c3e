package nftables

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/inside"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/drill"
)

func quietDeps() act.Deps {
	return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now}
}

func TestConformanceRouter(t *testing.T) { conformance(t, false, pcA, pcB, srv) }
func TestConformanceBridge(t *testing.T) { conformance(t, true, bridgA, bridgB, bridgS) }

func conformance(t *testing.T, bridge bool, machines ...machineIn) {
	acttest.Run(t, newTown(t, bridge).bench(machines...))
}

// The drill: the sensor listens on the router's side of the PC's cable.
func TestScenarioRouter(t *testing.T) { scenario(t, false, pcA, pcB, srv) }
func TestScenarioBridge(t *testing.T) { scenario(t, true, bridgA, bridgB, bridgS) }

func scenario(t *testing.T, bridge bool, machines ...machineIn) {
	w := newTown(t, bridge)
	drill.Run(t, drill.Town{Bench: w.bench(machines...), Namespace: w.NetNS("r"), Interfaces: []string{w.inside(machines[0])}})
}

// bench is the town as the suite wants it: the last machine is the server, the others are those that can be cut.
func (w *town) bench(machines ...machineIn) acttest.Bench {
	pcs, server := machines[:len(machines)-1], machines[len(machines)-1]
	w.Echo(server.ns, server.v4, server.v6)
	table := strings.Fields(map[bool]string{false: "inet yagura", true: "bridge yagura"}[w.bridge])
	var hands []*hand
	return acttest.Bench{
		Open: func(t *testing.T, d act.Deps) act.Hand {
			h := w.open(t, d)
			hands = append(hands, h.(*hand))
			return h
		},
		Machine: func(i int) acttest.Machine {
			m := acttest.Documentation(i)
			if i < len(pcs) {
				m = acttest.Machine{Name: pcs[i].ns, V4: pcs[i].v4, V6: pcs[i].v6, MAC: w.MAC(pcs[i].ns)}
			}
			return m
		},
		Own:      []netip.Addr{gateA.v4, gateA.v6},
		Received: func(*testing.T) int { return sockets(hands) },
		Flush:    func(t *testing.T) { w.In("r", "nft delete table "+strings.Join(table, " ")) },
		Foreign:  w.ruleset,
		Lose: func(t *testing.T, _ string, m acttest.Machine) {
			w.In("r", fmt.Sprintf("nft delete element %s %s '{ %s }'", strings.Join(table, " "), set4, m.V4))
		},
		Deny: func(t *testing.T) func() {
			w.feed("r", "table "+strings.Join(table, " ")+" { chain theirs { }; }")
			return func() { w.In("r", "nft delete table "+strings.Join(table, " ")) }
		},
		Dial: func(t *testing.T, network string, from netip.Addr) net.Conn {
			i := slices.IndexFunc(pcs, func(m machineIn) bool { return m.v4 == from || m.v6 == from })
			return w.dial(t, network, pcs[i], from, server)
		},
		Why: map[string]string{"Mute": "the kernel of this machine always answers"},
	}
}

// sockets counts the hands that have spoken to the kernel: without a socket nothing can have been sent.
func sockets(hands []*hand) int {
	n := 0
	for _, h := range hands {
		h.mu.Lock()
		if h.conn != nil {
			n++
		}
		h.mu.Unlock()
	}
	return n
}

func (w *town) dial(t *testing.T, network string, pc machineIn, from netip.Addr, server machineIn) net.Conn {
	t.Helper()
	to := server.v4
	if from.Is6() {
		to = server.v6
	}
	return w.Dial(t, pc.ns, network, from, to)
}

func targetOf(order string, m machineIn, mac event.MAC) act.Target {
	return act.Target{Order: order, Nets: []netip.Prefix{netip.PrefixFrom(m.v4, 32), netip.PrefixFrom(m.v6, 128)}, MAC: mac, Until: time.Now().Add(time.Hour)}
}

// train sends a numbered datagram every millisecond until the returned function is called, which
// waits so long for the last answers.
func (w *town) train(t *testing.T, from machineIn, to netip.Addr) func(patience time.Duration) (sent, back int) {
	t.Helper()
	var c *net.UDPConn
	if err := w.At(from.ns, func() (err error) {
		c, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, 7000)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	inside.Roomy(c)
	var back atomic.Int64
	quit, sent := make(chan struct{}), make(chan int, 1)
	go func() {
		n := 0
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				sent <- n
				return
			case <-tick.C:
				if _, err := fmt.Fprintf(c, "%d", n); err == nil {
					n++
				}
			}
		}
	}()
	go func() {
		got, buf := map[string]bool{}, make([]byte, 64)
		for {
			n, err := c.Read(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				got[string(buf[:n])] = true
				back.Store(int64(len(got)))
			}
		}
	}()
	return func(patience time.Duration) (int, int) {
		close(quit)
		n := <-sent
		for end := time.Now().Add(patience); int(back.Load()) < n && time.Now().Before(end); {
			time.Sleep(2 * time.Millisecond)
		}
		_ = c.Close()
		return n, int(back.Load())
	}
}

// A PC that takes a new IPv6 address after it was cut off stays cut off.
func TestANewAddressDoesNotHelp(t *testing.T) {
	w := newTown(t, false)
	w.Echo(srv.ns, srv.v4, srv.v6)
	h := w.open(t, quietDeps())
	defer h.Close()
	if _, err := h.Apply(context.Background(), targetOf("iso-1", pcA, w.MAC(pcA.ns))); err != nil {
		t.Fatal(err)
	}
	w.In("a", "ip addr add fd77:1::beef/64 dev eth0 nodad && ip addr add 10.77.1.99/24 dev eth0")
	for _, p := range [][2]netip.Addr{{netip.MustParseAddr("fd77:1::beef"), srv.v6}, {netip.MustParseAddr("10.77.1.99"), srv.v4}} {
		err := w.At("a", func() error {
			d := net.Dialer{Timeout: 500 * time.Millisecond, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(p[0], 0))}
			c, err := d.Dial("tcp", netip.AddrPortFrom(p[1], 7000).String())
			if err == nil {
				_ = c.Close()
			}
			return err
		})
		if err == nil {
			t.Errorf("%s reached the server", p[0])
		}
	}
}

// Behind a further router every machine has that router's hardware address.
func TestTheMACOfARouterIsNotCut(t *testing.T) {
	w := newTown(t, false)
	h := w.open(t, quietDeps())
	defer h.Close()
	far := act.Target{Order: "iso-1", Nets: []netip.Prefix{netip.MustParsePrefix("10.99.1.5/32")}, MAC: w.MAC(pcB.ns), Until: time.Now().Add(time.Hour)}
	r, err := h.Apply(context.Background(), far)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := h.List(context.Background())
	if len(list) != 1 || len(list[0].MACs) != 0 || !strings.Contains(r.Detail, "behind another router") {
		t.Errorf("%+v %q", list, r.Detail)
	}
	far.Nets = nil // only the hardware address is known, and it is the router's own
	far.Order, far.MAC = "iso-2", event.MAC{}
	for _, own := range []string{"10.77.1.1/32", "fd77:1::1/128"} {
		far.Nets = []netip.Prefix{netip.MustParsePrefix(own)}
		if _, err := h.Apply(context.Background(), far); err == nil {
			t.Errorf("the firewall cut itself off: %s", own)
		}
	}
}

// What an isolated machine may still reach: the notice page, and nothing else on that machine.
func TestTheNoticePageCanBeReached(t *testing.T) {
	for _, bridge := range []bool{false, true} {
		w := newTown(t, bridge)
		pc, s := pcA, srv
		if bridge {
			pc, s = bridgA, bridgS
		}
		w.Echo(s.ns, s.v4, s.v6)
		d := quietDeps()
		d.Allow = []act.Allow{{IP: s.v4, Port: 7000}}
		h := w.open(t, d)
		defer h.Close()
		if _, err := h.Apply(context.Background(), targetOf("iso-1", pc, w.MAC(pc.ns))); err != nil {
			t.Fatal(err)
		}
		if !w.talk(t, pc, pc.v4, s.v4)(2 * time.Second) {
			t.Errorf("bridge %v: the notice page cannot be reached", bridge)
		}
		if err := w.At(pc.ns, func() error {
			c, err := net.DialTimeout("tcp", netip.AddrPortFrom(s.v6, 7000).String(), 500*time.Millisecond)
			if err == nil {
				_ = c.Close()
			}
			return err
		}); err == nil {
			t.Errorf("bridge %v: IPv6 is open", bridge)
		}
		// The list of what is allowed changes: the rules follow, the isolation stays.
		d.Allow = nil
		h2 := w.open(t, d)
		defer h2.Close()
		if r, err := h2.Apply(context.Background(), targetOf("iso-1", pc, w.MAC(pc.ns))); err != nil {
			t.Fatal(err, r)
		}
		if err := w.At(pc.ns, func() error {
			c, err := net.DialTimeout("tcp", netip.AddrPortFrom(s.v4, 7000).String(), 500*time.Millisecond)
			if err == nil {
				_ = c.Close()
			}
			return err
		}); err == nil {
			t.Errorf("bridge %v: what is no longer allowed still passes", bridge)
		}
	}
}

// Rules that somebody changed by hand are put back, and that is said.
func TestRulesChangedByHandAreMended(t *testing.T) {
	for _, bridge := range []bool{false, true} {
		w := newTown(t, bridge)
		pc, s, table := pcA, srv, "inet yagura"
		if bridge {
			pc, s, table = bridgA, bridgS, "bridge yagura"
		}
		w.Echo(s.ns, s.v4, s.v6)
		talks := w.talk(t, pc, pc.v4, s.v4)
		h := w.open(t, quietDeps())
		defer h.Close()
		target := targetOf("iso-1", pc, w.MAC(pc.ns))
		if _, err := h.Apply(context.Background(), target); err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{"flush chain " + table + " forward", "flush chain " + table + " cut",
			"insert rule " + table + " forward accept"} {
			w.In("r", "nft "+change)
			r, err := h.Apply(context.Background(), target)
			if err != nil || len(r.Commands) != 1 || !strings.Contains(r.Commands[0], "rules of table") {
				t.Errorf("%s: %v %q", change, err, r.Commands)
			}
			if talks(200 * time.Millisecond) {
				t.Errorf("%s: still open", change)
			}
		}
		if r, err := h.Apply(context.Background(), target); err != nil || len(r.Commands) != 0 {
			t.Errorf("nothing had changed: %v %q", err, r.Commands)
		}
	}
}

// BenchmarkIsolate is one order on a firewall that has 1,000 others.
func BenchmarkIsolate(b *testing.B) {
	if os.Geteuid() != 0 {
		b.Skip("needs root")
	}
	const ns = "ygr-bench"
	if out, err := exec.Command("ip", "netns", "add", ns).CombinedOutput(); err != nil {
		b.Skipf("no namespace: %v %s", err, out)
	}
	defer func() { _ = exec.Command("ip", "netns", "del", ns).Run() }()
	c := DefaultConfig()
	c.NetNS = "/run/netns/" + ns
	h, err := Enforcer.Open(&c, quietDeps())
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	many := act.Target{Order: "many", Until: time.Now().Add(time.Hour)}
	for n := range 1000 {
		many.Nets = append(many.Nets, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 9, byte(n >> 8), byte(n)}), 32))
	}
	if _, err := h.Apply(context.Background(), many); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		t := targetOf("iso-1", pcA, event.MAC{})
		if _, err := h.Apply(context.Background(), t); err != nil {
			b.Fatal(err)
		}
		if _, err := h.Undo(context.Background(), t); err != nil {
			b.Fatal(err)
		}
	}
}

func TestATableOfAnotherIsLeftAlone(t *testing.T) {
	w := newTown(t, false)
	w.feed("r", "table inet yagura { chain theirs { }; }")
	before := w.ruleset(t)
	h := w.open(t, quietDeps())
	defer h.Close()
	if _, err := h.Apply(context.Background(), targetOf("iso-1", pcA, event.MAC{})); err == nil || !strings.Contains(err.Error(), "not Yagura's") {
		t.Errorf("%v", err)
	}
	if w.ruleset(t) != before {
		t.Error("it was changed")
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Mode: "switch", NetNS: "x"}
	err := c.Validate()
	for _, want := range []string{`mode: "switch" is unknown: use router or bridge`, "write it as /run/netns/x"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	c = Config{Mode: "router", NetNS: "/run/netns/ygr-nowhere"}
	if _, err := Enforcer.Open(&c, quietDeps()); err == nil || !strings.Contains(err.Error(), "is the namespace there?") {
		t.Error(err)
	}
}
