// Package acttest is what every enforcer must do, and a device in memory that does it.
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

// Bench is one enforcer with its device.
type Bench struct {
	// Open opens a Hand on the device; opened again it stands for a restart of Yagura.
	Open func(t *testing.T, d act.Deps) act.Hand
	// Flush empties the device as its own restart does; nil when it rehearses.
	Flush func(t *testing.T)
	// Lose removes one address behind the Hand's back: an Apply that stopped half-way.
	Lose func(t *testing.T, order string, a netip.Addr)
	// Foreign is everything on the device that is not ours, as text; it must never change.
	Foreign func(t *testing.T) string
	// Pass lets time pass for the device and for Now.
	Pass func(d time.Duration)
	// Now is the device's clock; nil = time.Now.
	Now func() time.Time
	// Talk opens a conversation of the address with a machine beyond the enforcer; the
	// answer says whether it works, waiting so long for it. nil: the device carries no traffic here.
	Talk func(t *testing.T, from netip.Addr) func(patience time.Duration) bool
	// Talkers are addresses that Talk can use, IPv4 and IPv6 of one machine; MAC is its own.
	Talkers []netip.Addr
	MAC     event.MAC
	// Entries is how many entries the device shall hold; 0 = 5,000.
	Entries int
}

// Run holds the enforcer against the contract of act.Hand.
func Run(t *testing.T, b Bench) {
	if b.Now == nil {
		b.Now = time.Now
	}
	s := &suite{b}
	h := b.Open(t, s.deps(nil))
	c := h.Capabilities()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("dry run sends nothing", s.dryRun)
	t.Run("never-touch", s.neverTouch)
	t.Run("refusal", func(t *testing.T) { s.refusal(t, c) })
	if c.Rehearses {
		t.Run("rehearsal keeps nothing", s.rehearsal)
		return
	}
	t.Run("apply, twice, undo, twice", func(t *testing.T) { s.twice(t, c) })
	t.Run("restart of Yagura", s.restart)
	t.Run("restart of the device", s.flushed)
	t.Run("half applied", s.half)
	t.Run("expiry by the device itself", func(t *testing.T) { s.expiry(t, c) })
	t.Run("longer and shorter", func(t *testing.T) { s.moved(t, c) })
	t.Run("an address of two orders", s.shared)
	t.Run("many entries", func(t *testing.T) { s.many(t, c) })
	t.Run("sessions", s.sessions)
}

type suite struct{ Bench }

func (s *suite) deps(p act.Protects) act.Deps {
	return act.Deps{Log: slog.New(slog.DiscardHandler), Protects: p, Now: s.Now}
}

func (s *suite) open(t *testing.T, p act.Protects) act.Hand {
	t.Helper()
	h := s.Open(t, s.deps(p))
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (s *suite) target(order string, addrs ...string) act.Target {
	t := act.Target{Order: order, Until: s.Now().Add(time.Hour)}
	for _, a := range addrs {
		p := netip.MustParseAddr(a)
		t.Nets = append(t.Nets, netip.PrefixFrom(p, p.BitLen()))
	}
	return t
}

func (s *suite) foreign(t *testing.T) string {
	if s.Foreign == nil {
		return ""
	}
	return s.Foreign(t)
}

func held(t *testing.T, h act.Hand, order string) (act.Held, bool) {
	t.Helper()
	list, err := h.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if x.Order == order {
			return x, true
		}
	}
	return act.Held{}, false
}

func apply(t *testing.T, h act.Hand, target act.Target) event.Receipt {
	t.Helper()
	r, err := h.Apply(context.Background(), target)
	if err != nil {
		t.Fatalf("apply %s: %v", target.Order, err)
	}
	return r
}

func undo(t *testing.T, h act.Hand, target act.Target) event.Receipt {
	t.Helper()
	r, err := h.Undo(context.Background(), target)
	if err != nil {
		t.Fatalf("undo %s: %v", target.Order, err)
	}
	return r
}
