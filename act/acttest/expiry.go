package acttest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// expiry: Yagura is gone when an order's time is over. The device ends it, or the next who looks does (yagura expire).
func (s *suite) expiry(t *testing.T) {
	h := s.open(t, nil)
	target, life := s.applied(t, h)
	if s.can.Forgets {
		s.pass(life + 2*time.Second)
		s.gone(t, h, "iso-1", "after its time")
		undo(t, h, target)
		return
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	s.pass(life + 2*time.Second)
	h = s.open(t, nil)
	ledger := NewLedger()
	o := event.Order{Header: event.Header{UID: "iso-1", Time: s.Now()}, State: event.OrderVerified, MAC: target.MAC, Expires: target.Until,
		History: []event.Transition{{To: event.OrderVerified}}}
	for _, p := range target.Nets {
		o.IPs = append(o.IPs, p.Addr())
	}
	if err := ledger.PutOrder(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Hands: []act.Hand{h}, Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if over, err := m.Overdue(ctx); err != nil || len(over) != 1 || over[0].State != event.OrderExpired {
		t.Errorf("%+v %v", over, err)
	}
	s.gone(t, h, "iso-1", "ended by the next who looks")
	figure(t, "by yagura expire")
}

// applied is an order that the device holds and that is over soon: in two seconds, or in four times as long each time the device
// took longer to take it than it was to last.
func (s *suite) applied(t *testing.T, h act.Hand) (target act.Target, life time.Duration) {
	t.Helper()
	for life = 2 * time.Second; life < time.Minute; life *= 4 {
		target = s.target("iso-1", 0)
		target.Until = s.Now().Add(life)
		apply(t, h, target)
		if _, there := held(t, h, "iso-1"); there {
			return target, life
		}
		if s.Now().Before(target.Until) {
			t.Fatal("gone at once")
		}
	}
	t.Fatal("the device takes longer than any order lasts")
	return target, life
}

func (s *suite) pass(d time.Duration) {
	if s.Pass == nil {
		time.Sleep(d)
		return
	}
	s.Pass(d)
}

func (s *suite) moved(t *testing.T) {
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	if !s.can.Forgets { // there is nothing to be told
		apply(t, h, target)
		for _, life := range []time.Duration{3 * time.Hour, 20 * time.Minute} {
			target.Until = s.Now().Add(life)
			if r := apply(t, h, target); len(r.Commands) != 0 {
				t.Errorf("it counts no time, but was told %q", r.Commands)
			}
			s.covered(t, h, target, "another time")
		}
		undo(t, h, target)
		figure(t, "nothing to tell")
		return
	}
	for _, life := range []time.Duration{time.Hour, 3 * time.Hour, 20 * time.Minute} {
		target.Until = s.Now().Add(life)
		if r := apply(t, h, target); len(r.Commands) == 0 {
			t.Errorf("until in %v: nothing was sent", life)
		}
		if x, _ := held(t, h, "iso-1"); x.Left > life+2*time.Second || x.Left < life-time.Minute {
			t.Errorf("remaining %v, want about %v", x.Left, life)
		}
	}
	undo(t, h, target)
}
