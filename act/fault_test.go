package act_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/none"
	"github.com/yagura-project/yagura/event"
)

func TestWhatTheLedgerDoesNotKnow(t *testing.T) {
	b := newBench(t)
	h := b.device.Hand("device", b.deps)
	target := act.Target{Order: "iso-strange", Nets: []netip.Prefix{netip.PrefixFrom(v4, 32)}, Until: start.Add(time.Hour)}
	if _, err := h.Apply(context.Background(), target); err != nil {
		t.Fatal(err)
	}
	if err := b.Reconcile(context.Background()); err != nil || !b.device.Cuts(v4) {
		t.Error("an isolation without a record was opened", err)
	}
	b.ledger.Kept["iso-strange"] = event.Order{Header: event.Header{UID: "iso-strange"}, State: released}
	if err := b.Reconcile(context.Background()); err != nil || b.device.Cuts(v4) {
		t.Error("what the ledger says is over was left", err)
	}
}

func TestGuardAtTheEnforcer(t *testing.T) {
	b := newBench(t)
	b.deps.Protects = func([]netip.Prefix, event.MAC, string, []string) (event.Text, bool) {
		return event.Text{JA: "DNSです", EN: "it is the DNS"}, true
	}
	b.restart()
	b.approve("iso-1")
	b.pass(time.Second)
	o := b.want("iso-1", approved, applying, failed)
	if b.device.Writes() != 0 || !strings.Contains(o.History[2].Why.EN, "it is the DNS") {
		t.Errorf("%+v", o.History)
	}
}

func TestADeviceThatDoesNotAnswer(t *testing.T) {
	b := newBench(t)
	b.device.Down(acttest.ErrDown)
	b.approve("iso-1")
	b.pass(30 * time.Second)
	o := b.want("iso-1", approved, applying)
	if len(o.Receipts) != 1 || o.Receipts[0].OK {
		t.Errorf("the same failure is one receipt: %d", len(o.Receipts))
	}
	b.device.Down(nil)
	b.pass(2 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, verified)
	b.device.Down(acttest.ErrDown)
	if o, err := b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "復旧"}); err == nil || o.State != releasing {
		t.Errorf("%v %s", err, o.State)
	}
	b.device.Down(nil)
	b.pass(time.Second)
	b.want("iso-1", approved, applying, applied, verifying, verified, releasing, released)

	b = newBench(t)
	b.device.Down(acttest.ErrDown)
	b.approve("iso-2")
	b.pass(6 * time.Minute)
	b.want("iso-2", approved, applying, failed)
}

func TestOneOfTwoEnforcersIsDown(t *testing.T) {
	b := newBench(t)
	second := acttest.NewDevice(b.now)
	second.Down(acttest.ErrDown)
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: b.ledger, Watcher: b.watch, Now: b.now,
		Hands: []act.Hand{b.device.Hand("device", b.deps), second.Hand("second", b.deps)}})
	if err != nil {
		t.Fatal(err)
	}
	b.Manager = m
	if len(m.Limits()) != 1 {
		t.Error("that neighbours are not cut off is not said")
	}
	b.approve("iso-1")
	b.pass(2 * time.Second)
	o := b.want("iso-1", approved, applying, applied, verifying, verified)
	if len(o.Receipts) != 2 || !o.Receipts[0].OK || o.Receipts[1].OK {
		t.Errorf("%+v", o.Receipts)
	}
	second.Down(nil)
	if err := b.Reconcile(context.Background()); err != nil || !second.Cuts(v4) {
		t.Error("the second enforcer was not told when it came back", err)
	}
}

func TestAFreezeHoldsWhatIsNotYetBegun(t *testing.T) {
	b := newBench(t)
	frozen := true
	b.Hold = func(context.Context, event.Order) bool { return frozen }
	b.approve("iso-1")
	b.pass(time.Minute)
	b.want("iso-1", approved)
	frozen = false
	b.pass(2 * time.Second)
	frozen = true // what is in force stays in force
	b.device.Flush()
	if err := b.Reconcile(context.Background()); err != nil || !b.device.Cuts(v4) {
		t.Error("an isolation in force was not kept", err)
	}
	b.want("iso-1", approved, applying, applied, verifying, verified)
}

func TestCalledOffBeforeAnythingWasDone(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	if _, err := b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "人違い"}); err != nil {
		t.Fatal(err)
	}
	b.pass(time.Second)
	b.want("iso-1", approved, released)
	if b.device.Writes() != 0 {
		t.Error("it was cut all the same")
	}
}

func TestRehearsalEndsAsObserved(t *testing.T) {
	b := newBench(t)
	h, err := none.Enforcer.Open(none.Enforcer.Config(), b.deps)
	if err != nil {
		t.Fatal(err)
	}
	b.Manager, err = act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: b.ledger, Hands: []act.Hand{h}, Now: b.now})
	if err != nil {
		t.Fatal(err)
	}
	b.approve("iso-1")
	b.pass(time.Second)
	o := b.want("iso-1", approved, applying, event.OrderObserved)
	if len(o.Receipts) != 1 || len(o.Receipts[0].Commands) != 3 {
		t.Errorf("%+v", o.Receipts)
	}
}

func TestWithoutASensorNothingIsClaimed(t *testing.T) {
	b := newBench(t)
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: b.ledger,
		Hands: []act.Hand{b.device.Hand("device", b.deps)}, Now: b.now})
	if err != nil {
		t.Fatal(err)
	}
	b.Manager = m
	b.approve("iso-1")
	b.pass(time.Minute)
	b.want("iso-1", approved, applying, applied)
}

func TestADeadSensorProvesNothing(t *testing.T) {
	b := newBench(t)
	seen := uint64(1000)
	b.Pulse = func() act.Pulse { return act.Pulse{Packets: seen} }
	b.approve("iso-1")
	b.pass(30 * time.Second)
	o := b.want("iso-1", approved, applying, applied, verifying, applied)
	if !strings.Contains(o.History[4].Why.EN, "the sensor sees nothing at all") {
		t.Error(o.History[4].Why.EN)
	}
	seen++ // the cable is back
	b.pass(2 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, applied, verifying, verified)
}

func TestASensorThatIsBehindProvesNothing(t *testing.T) {
	b := newBench(t)
	seen, behind := uint64(1000), 5*time.Second
	b.Pulse = func() act.Pulse { seen++; return act.Pulse{Packets: seen, UpTo: b.now().Add(-behind)} }
	b.approve("iso-1")
	b.pass(4 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying)
	b.pass(4 * time.Second) // what it has seen by now was silent for long enough
	b.want("iso-1", approved, applying, applied, verifying, verified)

	behind = 10 * time.Minute
	b.approve("iso-2")
	b.pass(30 * time.Second)
	o := b.want("iso-2", approved, applying, applied, verifying, applied)
	if !strings.Contains(o.History[4].Why.EN, "behind the traffic") {
		t.Error(o.History[4].Why.EN)
	}
	behind = 0
	b.pass(2 * time.Second)
	b.want("iso-2", approved, applying, applied, verifying, applied, verifying, verified)
}

// Every command that was sent and every answer stands in the ledger, once.
func TestTheLedgerHasEveryCommand(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(3 * time.Second)
	if _, err := b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "復旧"}); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, a := range b.ledger.Audits {
		if a.Action == "command" {
			lines = append(lines, strings.SplitAfter(a.Detail, "\n")...)
		}
	}
	for _, want := range []string{"device apply: OK\n", "> cut " + v4.String() + "/32\n", "device undo: OK\n"} {
		if n := strings.Count(strings.Join(lines, ""), want); n != 1 {
			t.Errorf("%q stands %d times in %q", want, n, lines)
		}
	}
	if n := strings.Count(strings.Join(lines, ""), "< ok"); n != 4 {
		t.Errorf("%d answers in %q", n, lines)
	}
}

// A device that does not answer is asked once, however many orders wait for it.
func TestAMuteDeviceIsLeftAlone(t *testing.T) {
	b := newBench(t)
	b.config.Answer = time.Second
	b.restart()
	b.device.Down(acttest.ErrMute)
	for i := range 20 {
		b.approve(fmt.Sprintf("iso-%02d", i))
	}
	before := b.device.Received()
	if err := b.Step(context.Background()); err == nil {
		t.Error("it does not answer, but no error")
	}
	if n := b.device.Received() - before; n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// A machine that is silent but answers Yagura's own question is partly cut at most, and what answers is named; when it
// no longer answers, it is verified.
func TestTheProbeHasTheLastWord(t *testing.T) {
	b := newBench(t)
	var answers atomic.Pointer[[]string]
	answers.Store(&[]string{"ICMP 10.1.2.3"})
	b.probe = func(context.Context, event.Order) ([]string, int) { return *answers.Load(), 1 }
	b.restart()
	b.approve("iso-1")
	until := func(want event.OrderState) event.Order {
		t.Helper()
		for range 4000 {
			b.pass(500 * time.Millisecond)
			if o := b.ledger.Kept["iso-1"]; o.State == want {
				return o
			}
			time.Sleep(time.Millisecond) // the question is asked beside
		}
		t.Fatalf("%s, want %s", b.ledger.Kept["iso-1"].State, want)
		return event.Order{}
	}
	if o := until(partial); !slices.Equal(o.StillSeen, []string{"ICMP 10.1.2.3"}) {
		t.Errorf("%q", o.StillSeen)
	}
	answers.Store(&[]string{})
	o := until(verified)
	if last := o.Receipts[len(o.Receipts)-1]; last.Enforcer != "probe" || !last.OK || len(o.StillSeen) != 0 {
		t.Errorf("%+v %q", last, o.StillSeen)
	}
}

// By itself Yagura asks a machine only where an enforcer cuts it off from everybody: there an answer is what still passes.
func TestWhomTheProbeAsks(t *testing.T) {
	here := onANetwork(t)
	l, err := net.Listen("tcp", netip.AddrPortFrom(here, 0).String())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	for _, c := range []struct {
		name    string
		can     act.Capabilities
		allow   []act.Allow
		partial bool
	}{
		{"at its own switch", act.Capabilities{IPv4: true, SameSegment: true}, nil, true},
		{"at a router", act.Capabilities{IPv4: true}, nil, false},
		{"by Yagura's own packets", act.Capabilities{IPv4: true, SameSegment: true, WhileRunning: true}, nil, false},
		{"web only", act.Capabilities{IPv4: true, SameSegment: true, Limit: event.Text{JA: "Webのみ"}}, nil, false},
		{"with Yagura it may talk", act.Capabilities{IPv4: true, SameSegment: true}, []act.Allow{{IP: here}}, false},
	} {
		b := newBench(t)
		b.device.Can, b.config.Allow, b.config.Probe.TCP = c.can, c.allow, []int{port}
		b.restart()
		b.approve("iso-1")
		o := b.ledger.Kept["iso-1"]
		o.IPs = []netip.Addr{here}
		b.ledger.Kept["iso-1"] = o
		want := event.OrderVerified
		if c.partial {
			want = event.OrderPartial
		}
		for range 4000 {
			if b.pass(500 * time.Millisecond); b.ledger.Kept["iso-1"].State == want {
				break
			}
			time.Sleep(time.Millisecond) // the question is asked beside
		}
		if o := b.ledger.Kept["iso-1"]; o.State != want || c.partial && !slices.ContainsFunc(o.StillSeen, func(s string) bool { return strings.HasPrefix(s, "TCP "+here.String()+":") }) {
			t.Errorf("%s: %s %q", c.name, o.State, o.StillSeen)
		}
	}
}

// onANetwork is an IPv4 address of this machine on a network that others could stand in too.
func onANetwork(t *testing.T) netip.Addr {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() && !p.Addr().IsLoopback() {
			return p.Addr()
		}
	}
	t.Skip("this machine has no address but its loopback's")
	return netip.Addr{}
}

// What a device lost is put back and shown; what it has without the ledger is shown and left alone.
func TestDriftIsShownAndMended(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(3 * time.Second)
	b.device.Lose(v4)
	stranger := b.device.Hand("stranger", b.deps)
	if _, err := stranger.Apply(context.Background(), act.Target{Order: "iso-x", Nets: []netip.Prefix{netip.MustParsePrefix("10.9.9.9/32")}, Until: b.now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := b.Reconcile(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	d := b.Drifts()
	if len(d) != 2 || !b.device.Cuts(v4) || !b.device.Cuts(netip.MustParseAddr("10.9.9.9")) {
		t.Fatalf("%+v", d)
	}
	slices.SortFunc(d, func(a, b act.Drift) int { return strings.Compare(a.Order, b.Order) })
	if !d[0].Mended || d[0].Machine != "PC-3" || d[1].Mended || d[1].Order != "iso-x" {
		t.Errorf("%+v", d)
	}
}

// Two enforcers for one machine: one that fails does not keep the other from cutting it off, and is told as soon as it is back.
func TestTwoEnforcersForOneMachine(t *testing.T) {
	b := newBench(t)
	second := acttest.NewDevice(b.now)
	b.more = []act.Hand{second.Hand("second", b.deps)}
	b.restart()
	b.device.Down(acttest.ErrDown)
	b.approve("iso-1")
	b.pass(3 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, verified)
	if b.device.Cuts(v4) || !second.Cuts(v4) {
		t.Fatal("the second alone should cut")
	}
	b.device.Down(nil)
	if err := b.Reconcile(context.Background()); err != nil || !b.device.Cuts(v4) {
		t.Errorf("the first was not told when it was back: %v", err)
	}
	b.device.Down(acttest.ErrDown)
	if o, err := b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "復旧"}); err == nil || o.State != releasing || second.Cuts(v4) {
		t.Errorf("%s %v: an order is not released while one enforcer still has it", o.State, err)
	}
	b.device.Down(nil)
	b.pass(2 * time.Second)
	if b.ledger.Kept["iso-1"].State != released || b.device.Cuts(v4) {
		t.Errorf("%s", b.ledger.Kept["iso-1"].State)
	}
}
