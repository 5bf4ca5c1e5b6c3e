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
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

func quietDeps() act.Deps {
	return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now}
}

func TestConformanceRouter(t *testing.T) { conformance(t, false, pcA, srv) }
func TestConformanceBridge(t *testing.T) { conformance(t, true, bridgA, bridgS) }

func conformance(t *testing.T, bridge bool, pc, server machineIn) {
	w := newTown(t, bridge)
	w.echoes(server)
	table := strings.Fields(map[bool]string{false: "inet yagura", true: "bridge yagura"}[bridge])
	acttest.Run(t, acttest.Bench{
		Open:    w.open,
		Flush:   func(t *testing.T) { w.in("r", "nft delete table "+strings.Join(table, " ")) },
		Foreign: w.ruleset,
		Pass:    time.Sleep, // the kernel's own clock must pass
		Lose: func(t *testing.T, _ string, a netip.Addr) {
			set := set4
			if a.Is6() {
				set = set6
			}
			w.in("r", fmt.Sprintf("nft delete element %s %s '{ %s }'", strings.Join(table, " "), set, a))
		},
		Talkers: []netip.Addr{pc.v4, pc.v6}, MAC: w.mac(pc),
		Talk: func(t *testing.T, from netip.Addr) func(time.Duration) bool {
			to := server.v4
			if from.Is6() {
				to = server.v6
			}
			return w.talk(t, pc, from, to)
		},
	})
}

func targetOf(order string, m machineIn, mac event.MAC) act.Target {
	return act.Target{Order: order, Nets: []netip.Prefix{netip.PrefixFrom(m.v4, 32), netip.PrefixFrom(m.v6, 128)}, MAC: mac, Until: time.Now().Add(time.Hour)}
}

// The other PC sends a datagram every millisecond, over both families, while
// its neighbour is cut off and released again: every one comes back.
func TestTheOtherPCLosesNothing(t *testing.T) {
	for _, bridge := range []bool{false, true} {
		a, b, s := pcA, pcB, srv
		if bridge {
			a, b, s = bridgA, bridgB, bridgS
		}
		t.Run(map[bool]string{false: "router", true: "bridge"}[bridge], func(t *testing.T) {
			w := newTown(t, bridge)
			w.echoes(s)
			h := w.open(t, quietDeps())
			defer h.Close()
			target := targetOf("iso-1", a, w.mac(a))
			for _, p := range [][2]netip.Addr{{b.v4, s.v4}, {b.v6, s.v6}} {
				if !w.talk(t, b, p[0], p[1])(5 * time.Second) {
					t.Fatal("the other PC does not reach the server at all")
				}
			}
			stop := []func(time.Duration) (int, int){w.train(t, b, s.v4), w.train(t, b, s.v6)}
			for range 5 {
				time.Sleep(100 * time.Millisecond)
				if _, err := h.Apply(context.Background(), target); err != nil {
					t.Fatal(err)
				}
				time.Sleep(100 * time.Millisecond)
				if _, err := h.Undo(context.Background(), target); err != nil {
					t.Fatal(err)
				}
			}
			for i, f := range stop {
				if sent, back := f(2 * time.Second); sent < 500 || back != sent {
					t.Errorf("family %d: %d datagrams sent, %d came back", i, sent, back)
				}
			}
		})
	}
}

// train sends a numbered datagram every millisecond until the returned function is called, which
// waits so long for the last answers.
func (w *town) train(t *testing.T, from machineIn, to netip.Addr) func(patience time.Duration) (sent, back int) {
	t.Helper()
	var c *net.UDPConn
	if err := w.at(from.ns, func() (err error) {
		c, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, 7000)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadBuffer(4 << 20)
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
	w.echoes(srv)
	h := w.open(t, quietDeps())
	defer h.Close()
	if _, err := h.Apply(context.Background(), targetOf("iso-1", pcA, w.mac(pcA))); err != nil {
		t.Fatal(err)
	}
	w.in("a", "ip addr add fd77:1::beef/64 dev eth0 nodad && ip addr add 10.77.1.99/24 dev eth0")
	for _, p := range [][2]netip.Addr{{netip.MustParseAddr("fd77:1::beef"), srv.v6}, {netip.MustParseAddr("10.77.1.99"), srv.v4}} {
		err := w.at("a", func() error {
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
	far := act.Target{Order: "iso-1", Nets: []netip.Prefix{netip.MustParsePrefix("10.99.1.5/32")}, MAC: w.mac(pcB), Until: time.Now().Add(time.Hour)}
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
		w.echoes(s)
		d := quietDeps()
		d.Allow = []act.Allow{{IP: s.v4, Port: 7000}}
		h := w.open(t, d)
		defer h.Close()
		if _, err := h.Apply(context.Background(), targetOf("iso-1", pc, w.mac(pc))); err != nil {
			t.Fatal(err)
		}
		if !w.talk(t, pc, pc.v4, s.v4)(2 * time.Second) {
			t.Errorf("bridge %v: the notice page cannot be reached", bridge)
		}
		if err := w.at(pc.ns, func() error {
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
		if r, err := h2.Apply(context.Background(), targetOf("iso-1", pc, w.mac(pc))); err != nil {
			t.Fatal(err, r)
		}
		if err := w.at(pc.ns, func() error {
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
		w.echoes(s)
		talks := w.talk(t, pc, pc.v4, s.v4)
		h := w.open(t, quietDeps())
		defer h.Close()
		target := targetOf("iso-1", pc, w.mac(pc))
		if _, err := h.Apply(context.Background(), target); err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{"flush chain " + table + " forward", "flush chain " + table + " cut",
			"insert rule " + table + " forward accept"} {
			w.in("r", "nft "+change)
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
