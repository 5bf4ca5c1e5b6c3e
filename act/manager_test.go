package act_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

var (
	start = time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)
	v4    = netip.MustParseAddr("10.1.2.3")
	v6    = netip.MustParseAddr("2001:db8::3")
	mac   = event.MAC{2, 0, 0, 0, 0, 3}
)

// bench is a Manager with a device, a ledger, a sensor and a clock of its own.
type bench struct {
	*act.Manager
	t      *testing.T
	clock  *time.Time
	ledger *acttest.Ledger
	device *acttest.Device
	deps   act.Deps
	config act.Config
	more   []act.Hand // beside device
	probe  func(context.Context, event.Order) ([]string, int)
	watch  *watcher
}

type watcher struct {
	ips  []netip.Addr
	macs []event.MAC
}

func (w *watcher) Watch(ips []netip.Addr, macs []event.MAC) { w.ips, w.macs = ips, macs }

func newBench(t *testing.T) *bench {
	clock := start
	b := &bench{t: t, clock: &clock, ledger: acttest.NewLedger(), watch: &watcher{}, config: act.DefaultConfig()}
	b.device = acttest.NewDevice(b.now)
	b.deps = act.Deps{Log: slog.New(slog.DiscardHandler), Now: b.now}
	b.restart()
	return b
}

func (b *bench) now() time.Time { return *b.clock }

// restart is a new Manager that knows nothing but the ledger.
func (b *bench) restart() {
	b.t.Helper()
	m, err := act.NewManager(b.config, act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: b.ledger,
		Hands: append([]act.Hand{b.device.Hand("device", b.deps)}, b.more...), Watcher: b.watch, Now: b.now, Probe: b.probe})
	if err != nil {
		b.t.Fatal(err)
	}
	b.Manager = m
}

func (b *bench) approve(uid string) {
	b.ledger.Kept[uid] = event.Order{Header: event.Header{UID: uid, Time: b.now()}, State: event.OrderApproved, MAC: mac,
		IPs: []netip.Addr{v4, v6}, Target: event.Device{UID: "mac:" + mac.String(), Hostname: "PC-3"}, Expires: b.now().Add(time.Hour),
		Enforcers: []string{"device"},
		History:   []event.Transition{{Time: b.now(), To: event.OrderApproved, Who: "policy"}}}
	b.Kick()
}

// pass lets time go by in small steps, as run does.
func (b *bench) pass(d time.Duration) {
	b.t.Helper()
	for end := b.clock.Add(d); b.clock.Before(end); {
		*b.clock = b.clock.Add(50 * time.Millisecond)
		if err := b.Step(context.Background()); err != nil {
			b.t.Log(err)
		}
	}
}

func (b *bench) want(uid string, states ...event.OrderState) event.Order {
	b.t.Helper()
	o := b.ledger.Kept[uid]
	var got []event.OrderState
	for _, h := range o.History {
		got = append(got, h.To)
	}
	if diff := cmp.Diff(states, got); diff != "" {
		b.t.Errorf("states of %s: %s", uid, diff)
	}
	return o
}

// forwards is one packet that the capturing router itself sent on.
func (b *bench) forwards(to string) {
	b.Sighting(event.Sighting{Time: b.now(), Src: event.Endpoint{IP: v4, Port: 50000}, Dst: event.Endpoint{IP: netip.MustParseAddr(to), Port: 443},
		Proto: event.ProtoTCP, Outgoing: true})
}

// tries is one packet of the machine that goes nowhere.
func (b *bench) tries(to string) {
	b.Sighting(event.Sighting{Time: b.now(), Src: event.Endpoint{IP: v6, Port: 50001}, Dst: event.Endpoint{IP: netip.MustParseAddr(to), Port: 443},
		Proto: event.ProtoTCP, Flags: event.FlagSYN, Seq: 1})
}

const approved, applying, applied, verifying, verified = event.OrderApproved, event.OrderApplying, event.OrderApplied, event.OrderVerifying, event.OrderVerified
const partial, ineffective, releasing, released, expired, failed = event.OrderPartial, event.OrderIneffective, event.OrderReleasing, event.OrderReleased, event.OrderExpired, event.OrderFailed

func TestVerifiedBySilence(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(50 * time.Millisecond)
	if !b.device.Cuts(v4) || !b.device.Cuts(v6) {
		t.Fatal("not cut")
	}
	if len(b.watch.ips) != 2 || len(b.watch.macs) != 1 {
		t.Errorf("the sensor watches %+v", b.watch)
	}
	*b.clock = b.clock.Add(7 * time.Millisecond)
	b.forwards("203.0.113.9") // was on its way
	*b.clock = b.clock.Add(300 * time.Millisecond)
	b.tries("2001:db8:f::9")
	b.pass(1500 * time.Millisecond)
	o := b.want("iso-1", approved, applying, applied, verifying, verified)
	if o.SilenceMS != 8 || o.StillSeen != nil || !strings.Contains(o.History[4].Why.EN, "1 attempts were cut") {
		t.Errorf("silence after %d ms, still seen %v, %s", o.SilenceMS, o.StillSeen, o.History[4].Why.EN)
	}
	if took := o.VerifiedAt.Sub(start); took > 2*time.Second {
		t.Errorf("verified after %v of the given clock", took)
	}
}

func TestIneffectivePartialAndMended(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	for range 12 {
		b.forwards("203.0.113.9")
		b.pass(900 * time.Millisecond)
	}
	o := b.want("iso-1", approved, applying, applied, verifying, ineffective)
	if diff := cmp.Diff([]string{"203.0.113.9 tcp/443 (IPv4)"}, o.StillSeen); diff != "" {
		t.Error(diff)
	}
	b.pass(2 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, ineffective, verified)

	b = newBench(t)
	b.approve("iso-2")
	for range 12 {
		b.forwards("203.0.113.9")
		b.tries("2001:db8:f::9")
		b.pass(900 * time.Millisecond)
	}
	b.want("iso-2", approved, applying, applied, verifying, partial)
}

// What was on its way when the machine was cut off is not what still passes.
func TestWhatWasOnItsWay(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(50 * time.Millisecond)
	b.Sighting(event.Sighting{Time: b.now(), Src: event.Endpoint{IP: v6, Port: 50001}, Dst: event.Endpoint{IP: netip.MustParseAddr("2001:db8:f::9"), Port: 443},
		Proto: event.ProtoTCP, Outgoing: true})
	for range 12 {
		b.forwards("203.0.113.9")
		b.tries("2001:db8:f::9")
		b.pass(900 * time.Millisecond)
	}
	o := b.want("iso-1", approved, applying, applied, verifying, partial)
	if diff := cmp.Diff([]string{"203.0.113.9 tcp/443 (IPv4)"}, o.StillSeen); diff != "" {
		t.Error(diff)
	}
}

func TestTrafficAfterTheSilenceIsNoticed(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(2 * time.Second)
	b.forwards("203.0.113.9")
	b.pass(50 * time.Millisecond)
	b.want("iso-1", approved, applying, applied, verifying, verified, verifying)
	b.pass(2 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, verified, verifying, verified)
}

func TestReleaseIsVerifiedToo(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(2 * time.Second)
	o, err := b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "誤検知"})
	if err != nil || o.State != released || b.device.Cuts(v4) {
		t.Fatal(err, o.State)
	}
	b.pass(time.Second)
	b.forwards("203.0.113.9")
	b.pass(50 * time.Millisecond)
	o = b.want("iso-1", approved, applying, applied, verifying, verified, releasing, released)
	last := o.Receipts[len(o.Receipts)-1]
	if last.Op != "verify" || !last.OK || len(b.watch.ips) != 0 || o.History[6].Who != "sato" {
		t.Errorf("%+v, still watched: %v", last, b.watch.ips)
	}
	if _, err := b.Release(context.Background(), "iso-1", "sato", event.Text{}); err == nil {
		t.Error("released twice")
	}
}

func TestExpiryInTheLedgerToo(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(2 * time.Second)
	*b.clock = start.Add(time.Hour)
	b.pass(50 * time.Millisecond)
	b.want("iso-1", approved, applying, applied, verifying, verified, releasing, expired)

	b = newBench(t) // Yagura is down when it ends
	b.approve("iso-2")
	b.pass(2 * time.Second)
	*b.clock = start.Add(2 * time.Hour)
	b.restart()
	if err := b.Reconcile(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.want("iso-2", approved, applying, applied, verifying, verified, releasing, expired)
}

func TestNothingIsDoneThatTheLedgerDoesNotHave(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.ledger.Fail = errors.New("the disk is full")
	b.pass(time.Second)
	if b.device.Writes() != 0 {
		t.Error("cut without a record")
	}
	b.ledger.Fail = nil
	b.pass(2 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, verified)
}

func TestARestartAtEveryStepLosesNothingAndRepeatsNothing(t *testing.T) {
	life := []event.OrderState{approved, applying, applied, verifying, verified, releasing, released}
	for _, at := range life[1:] {
		b := newBench(t)
		b.approve("iso-1")
		crashed := false
		step := func() {
			defer func() {
				if r := recover(); r != nil && r != "killed" {
					panic(r)
				}
			}()
			b.pass(2 * time.Second)
			if b.ledger.Kept["iso-1"].State == verified {
				_, _ = b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "復旧"})
			}
		}
		b.ledger.OnPut = func(o event.Order) {
			if o.State == at && !crashed {
				crashed = true
				panic("killed") // after it was kept, before anything follows
			}
		}
		step()
		if cut := b.device.Cuts(v4); cut != (at != applying && at != released) {
			t.Errorf("killed as %s: cut %v", at, cut)
		}
		b.restart()
		for range 3 {
			step()
		}
		b.want("iso-1", life...)
		if b.device.Writes() != 2 {
			t.Errorf("killed as %s: %d entries written for 2 addresses", at, b.device.Writes())
		}
	}
}

func TestADeviceThatForgotIsMended(t *testing.T) {
	b := newBench(t)
	b.approve("iso-1")
	b.pass(2 * time.Second)
	b.device.Flush()
	if err := b.Reconcile(context.Background()); err != nil {
		t.Fatal(err)
	}
	o := b.want("iso-1", approved, applying, applied, verifying, verified)
	if !b.device.Cuts(v4) || o.Receipts[len(o.Receipts)-1].Op != "reconcile" {
		t.Errorf("not mended: %+v", o.Receipts)
	}
	if n := len(o.Receipts); b.Reconcile(context.Background()) != nil || len(b.ledger.Kept["iso-1"].Receipts) != n {
		t.Error("without drift nothing is sent and nothing recorded")
	}
	b.device.Lose(v6)
	_ = b.Reconcile(context.Background())
	if !b.device.Cuts(v6) {
		t.Error("one lost address was not put back")
	}
}
