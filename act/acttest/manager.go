package acttest

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// life takes orders through a Manager: nothing is sent again while nothing has
// changed, what the device lost is put back, a release and an expiry leave nothing behind.
func (s *suite) life(t *testing.T) {
	before := s.foreign(t)
	h := s.open(t, nil)
	ledger := NewLedger()
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Hands: []act.Hand{h}, Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	first := s.order(t, ledger, m, "iso-1", 0, time.Hour)
	sent := commands(t, ledger, "iso-1")
	for range 3 {
		if err := m.Reconcile(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if again := commands(t, ledger, "iso-1"); again != sent {
		t.Errorf("nothing had changed, but %d commands became %d", sent, again)
	}
	if s.Flush != nil && !s.Keeps && !s.can.OneWay {
		s.Flush(t)
		s.eventually(t, "reconcile", func() error { return m.Reconcile(ctx) })
		s.covered(t, h, first, "reconciled after the device's restart")
	}
	if o, err := m.Release(ctx, "iso-1", "sato", event.Text{JA: "復旧", EN: "mended"}); err != nil || o.State != event.OrderReleased {
		t.Errorf("released: %s %v", o.State, err)
	}
	s.gone(t, h, "iso-1", "released")
	uid, life := s.brief(t, ledger, m, 1)
	s.pass(life + 2*time.Second)
	if err := m.Reconcile(ctx); err != nil {
		t.Error(err)
	}
	if o, err := ledger.Order(ctx, uid); err != nil || o.State != event.OrderExpired {
		t.Errorf("after its time: %s %v", o.State, err)
	}
	s.gone(t, h, uid, "expired")
	if err := m.Reconcile(ctx); err != nil {
		t.Error(err)
	}
	s.restored(t, before)
}

// order has an order for a machine carried out.
func (s *suite) order(t *testing.T, l *Ledger, m *act.Manager, uid string, machine int, life time.Duration) act.Target {
	t.Helper()
	if o := s.asked(t, l, m, uid, machine, life); o.State != event.OrderApplied {
		t.Fatalf("carried out: %s", o.State)
	}
	return s.target(uid, machine)
}

// brief has an order carried out that is over soon after. Where the device took longer than the order was to last, which on a busy
// machine is no fault of anybody, the next lasts four times as long; a minute is enough for all.
func (s *suite) brief(t *testing.T, l *Ledger, m *act.Manager, machine int) (uid string, life time.Duration) {
	t.Helper()
	for life = 2 * time.Second; ; life *= 4 {
		uid = "iso-for-" + life.String()
		switch o := s.asked(t, l, m, uid, machine, life); {
		case o.State == event.OrderApplied:
			return uid, life
		case o.State != event.OrderExpired || life > time.Minute:
			t.Fatalf("carried out within %v: %s", life, o.State)
		}
	}
}

// asked is what became of an order for a machine after the manager's step.
func (s *suite) asked(t *testing.T, l *Ledger, m *act.Manager, uid string, machine int, life time.Duration) event.Order {
	t.Helper()
	x := s.Machine(machine)
	o := event.Order{Header: event.Header{UID: uid, Time: s.Now()}, State: event.OrderApproved, MAC: x.MAC,
		Target: event.Device{Hostname: x.Name}, Expires: s.Now().Add(life)}
	for _, a := range []netip.Addr{x.V4, x.V6} {
		if a.IsValid() {
			o.IPs = append(o.IPs, a)
		}
	}
	ctx := context.Background()
	if err := l.PutOrder(ctx, o); err != nil {
		t.Fatal(err)
	}
	m.Kick()
	s.eventually(t, "carry out "+uid, func() error { return m.Step(ctx) })
	o, err := l.Order(ctx, uid)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func commands(t *testing.T, l *Ledger, uid string) int {
	t.Helper()
	o, err := l.Order(context.Background(), uid)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range o.Receipts {
		n += len(r.Commands)
	}
	return n
}
