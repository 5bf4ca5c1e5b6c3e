// Package acttest is what every enforcer must do, and a device in memory that does it.
package acttest

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Run holds the enforcer against the contract of act.Hand. Each behaviour is a
// subtest of one name in every enforcer; its figure is its attribute "figure",
// and a behaviour that this device cannot show is skipped with its reason.
func Run(t *testing.T, b Bench) {
	s := newSuite(t, b)
	t.Run("dry run sends nothing", s.dryRun)
	t.Run("never-touch", s.neverTouch)
	t.Run("never-touch inside any range", s.anyRange)
	t.Run("what it cannot do", s.cannot)
	if s.can.Rehearses {
		t.Run("rehearsal keeps nothing", s.rehearsal)
		return
	}
	t.Run("timeout", s.timeout)
	t.Run("refusal by the device", s.denied)
	t.Run("life of an order", s.life)
	t.Run("latency", s.latency)
	t.Run("sessions", s.sessions)
	t.Run("others lose nothing", s.others)
	if s.can.OneWay {
		t.Run("one way", s.oneWay)
		return
	}
	t.Run("apply, twice, undo, twice", s.twice)
	t.Run("at the same time", s.together)
	t.Run("IPv6", s.ipv6)
	t.Run("restart of Yagura", s.restart)
	t.Run("restart of the device", s.flushed)
	t.Run("half applied", s.half)
	t.Run("expiry without Yagura", s.expiry)
	t.Run("longer and shorter", s.moved)
	t.Run("an address of two orders", s.shared)
	t.Run("a segment", s.segment)
	t.Run("many entries", s.many)
}

type suite struct {
	Bench
	can act.Capabilities
	dir string // act.Deps.Dir: one for the whole Bench, so that a restart finds it again
}

func newSuite(t *testing.T, b Bench) *suite {
	t.Helper()
	if b.Now == nil {
		b.Now = time.Now
	}
	if b.Machine == nil {
		b.Machine = Documentation
	}
	if b.Machines == 0 {
		b.Machines = 1 << 16
	}
	s := &suite{Bench: b, dir: t.TempDir()}
	h := b.Open(t, s.deps(nil))
	s.can = h.Capabilities()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if !s.can.IPv4 && !s.can.IPv6 && !s.can.MAC {
		t.Fatal("by its capabilities it can cut nothing: it knows neither IPv4 nor IPv6 nor MAC")
	}
	return s
}

// without skips a behaviour for which the Bench has no means, with the Bench's own reason.
func (s *suite) without(t *testing.T, means string, have bool) {
	t.Helper()
	switch why := s.Why[means]; {
	case have:
	case why != "":
		t.Skip(why)
	default:
		t.Errorf("the Bench has no %s and does not say why: set Bench.%s or Bench.Why[%q]", means, means, means)
		t.FailNow()
	}
}

func figure(t *testing.T, format string, args ...any) { t.Attr("figure", fmt.Sprintf(format, args...)) }

func (s *suite) deps(p act.Protects) act.Deps {
	return act.Deps{Log: slog.New(slog.DiscardHandler), Protects: p, Now: s.Now, Dir: s.dir}
}

// once lets a Hand be closed by the test and by its clean-up.
type once struct {
	act.Hand
	close func() error
}

func (o once) Close() error { return o.close() }

func (s *suite) open(t *testing.T, p act.Protects) act.Hand {
	t.Helper()
	h := s.Open(t, s.deps(p))
	o := once{h, sync.OnceValue(h.Close)}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// target is an order for one machine, with every name that it has.
func (s *suite) target(order string, machines ...int) act.Target {
	t := act.Target{Order: order, Until: s.Now().Add(time.Hour)}
	for n, i := range machines {
		m := s.Machine(i)
		if n == 0 {
			t.MAC, t.Host = m.MAC, m.Name
		}
		t.Nets = append(t.Nets, m.nets()...)
	}
	return t
}

// pair is an order for two machines where the enforcer knows addresses, else for one: an order has one hardware address.
func (s *suite) pair(order string) act.Target {
	if s.addresses() {
		return s.target(order, 0, 1)
	}
	return s.target(order, 0)
}

func (s *suite) addresses() bool { return s.can.IPv4 || s.can.IPv6 }

func (s *suite) foreign(t *testing.T) string {
	if s.Foreign == nil {
		return ""
	}
	t.Helper()
	return s.Foreign(t)
}

// restored fails where what is not ours differs from before.
func (s *suite) restored(t *testing.T, before string) {
	t.Helper()
	if after := s.foreign(t); after != before {
		t.Errorf("what is not ours changed:\n--- before\n%s\n--- after\n%s", before, after)
	}
}

// covered fails where the device has not all of a target.
func (s *suite) covered(t *testing.T, h act.Hand, target act.Target, when string) act.Held {
	t.Helper()
	x, there := held(t, h, target.Order)
	if !there || !x.Covers(target, s.can) {
		t.Errorf("%s: of %v %v the device has %+v", when, target.Nets, target.MAC, x)
	}
	return x
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

func (s *suite) gone(t *testing.T, h act.Hand, order, when string) {
	t.Helper()
	if x, there := held(t, h, order); there {
		t.Errorf("%s: the device has %+v", when, x)
	}
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

// same reports whether two lists of one order hold the same names.
func same(a, b act.Held) bool {
	sorted := func(ps []netip.Prefix) []netip.Prefix {
		return slices.SortedFunc(slices.Values(ps), netip.Prefix.Compare)
	}
	return slices.Equal(sorted(a.Nets), sorted(b.Nets)) && len(a.MACs) == len(b.MACs)
}
