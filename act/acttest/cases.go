package acttest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

func (s *suite) dryRun(t *testing.T) {
	h := s.open(t, nil)
	before := s.foreign(t)
	lines, err := h.Plan(s.target("iso-plan", "192.0.2.7", "2001:db8::7"))
	if err != nil || len(lines) < 2 {
		t.Fatalf("plan: %v %v", lines, err)
	}
	if _, there := held(t, h, "iso-plan"); there || s.foreign(t) != before {
		t.Error("the plan was carried out")
	}
}

func (s *suite) neverTouch(t *testing.T) {
	dc := netip.MustParseAddr("192.0.2.53")
	h := s.open(t, func(nets []netip.Prefix, _ event.MAC, _ string, _ []string) (event.Text, bool) {
		hit := slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(dc) })
		return event.Text{JA: "DNSです", EN: "it is the DNS"}, hit
	})
	inRange := s.target("iso-range")
	inRange.Nets = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/26")}
	for name, target := range map[string]act.Target{
		"one": s.target("iso-one", "192.0.2.53"), "among others": s.target("iso-more", "192.0.2.7", "192.0.2.53"), "inside a range": inRange,
	} {
		before := s.foreign(t)
		_, err := h.Apply(context.Background(), target)
		var no *act.Refused
		if !errors.As(err, &no) || no.Text.JA == "" {
			t.Errorf("%s: not refused with its reason: %v", name, err)
		}
		if _, there := held(t, h, target.Order); there || s.foreign(t) != before {
			t.Errorf("%s: something was sent", name)
		}
	}
}

func (s *suite) refusal(t *testing.T, c act.Capabilities) {
	h := s.open(t, nil)
	if _, err := h.Apply(context.Background(), act.Target{Order: "iso-empty", Until: s.Now().Add(time.Hour)}); !errors.Is(err, act.ErrEmpty) {
		t.Errorf("an order without address: %v", err)
	}
	wide := s.target("iso-wide")
	wide.Nets = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	_, err := h.Apply(context.Background(), wide)
	var no *act.Refused
	if !c.Ranges && !errors.As(err, &no) {
		t.Errorf("a range is not among its capabilities, but: %v", err)
	}
	if c.Ranges && err != nil {
		t.Errorf("a range is among its capabilities, but: %v", err)
	}
	if _, err := h.Undo(context.Background(), wide); err != nil {
		t.Error(err)
	}
}

func (s *suite) rehearsal(t *testing.T) {
	h := s.open(t, nil)
	r := apply(t, h, s.target("iso-1", "192.0.2.7"))
	if len(r.Commands) == 0 {
		t.Error("the receipt does not say what would be done")
	}
	if _, there := held(t, h, "iso-1"); there {
		t.Error("a rehearsal kept something")
	}
	undo(t, h, s.target("iso-1", "192.0.2.7"))
}

func (s *suite) twice(t *testing.T, c act.Capabilities) {
	before := s.foreign(t)
	h := s.open(t, nil)
	target := s.target("iso-1", "192.0.2.7", "2001:db8::7")
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("the receipt names no command")
	}
	if r := apply(t, h, target); len(r.Commands) != 0 {
		t.Errorf("applied twice: %q", r.Commands)
	}
	other := s.target("iso-2", "192.0.2.8")
	apply(t, h, other)
	x, there := held(t, h, "iso-1")
	if !there || len(x.Nets) != 2 {
		t.Fatalf("held: %+v", x)
	}
	if c.Forgets && (x.Left < 59*time.Minute || x.Left > time.Hour) {
		t.Errorf("remaining time %v, want about an hour", x.Left)
	}
	if r := undo(t, h, target); len(r.Commands) == 0 {
		t.Error("the receipt of the undo names no command")
	}
	if r := undo(t, h, target); len(r.Commands) != 0 {
		t.Errorf("undone twice: %q", r.Commands)
	}
	if _, there := held(t, h, "iso-2"); !there {
		t.Error("another order was undone too")
	}
	undo(t, h, other)
	if after := s.foreign(t); after != before {
		t.Errorf("what is not ours changed:\n--- before\n%s\n--- after\n%s", before, after)
	}
}

func (s *suite) restart(t *testing.T) {
	target := s.target("iso-1", "192.0.2.7", "2001:db8::7")
	apply(t, s.open(t, nil), target)
	again := s.open(t, nil)
	if x, there := held(t, again, "iso-1"); !there || len(x.Nets) != 2 {
		t.Errorf("after a restart: %+v", x)
	}
	if r := apply(t, again, target); len(r.Commands) != 0 {
		t.Errorf("after a restart applied anew: %q", r.Commands)
	}
	undo(t, again, target)
}

func (s *suite) flushed(t *testing.T) {
	h := s.open(t, nil)
	target := s.target("iso-1", "192.0.2.7")
	apply(t, h, target)
	s.Flush(t)
	if _, there := held(t, h, "iso-1"); there {
		t.Fatal("the device was flushed, but still has it")
	}
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("put back without a command")
	}
	if _, there := held(t, h, "iso-1"); !there {
		t.Error("not put back")
	}
	s.Flush(t)
	undo(t, h, target)
}

func (s *suite) half(t *testing.T) {
	h := s.open(t, nil)
	target := s.target("iso-1", "192.0.2.7", "192.0.2.8", "2001:db8::7")
	apply(t, h, target)
	s.Lose(t, "iso-1", netip.MustParseAddr("192.0.2.8"))
	if x, _ := held(t, h, "iso-1"); len(x.Nets) != 2 {
		t.Fatalf("not half applied: %+v", x)
	}
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("nothing was completed")
	}
	if x, _ := held(t, h, "iso-1"); len(x.Nets) != 3 {
		t.Errorf("not completed: %+v", x)
	}
	s.Lose(t, "iso-1", netip.MustParseAddr("2001:db8::7"))
	undo(t, h, target)
	if x, there := held(t, h, "iso-1"); there {
		t.Errorf("after undo: %+v", x)
	}
}

// shared: what two orders cut belongs to the later one; undoing that one does not keep the other from
// being put back, and undoing the earlier one opens nothing of the later.
func (s *suite) shared(t *testing.T) {
	h := s.open(t, nil)
	first, second := s.target("iso-1", "192.0.2.7", "192.0.2.8"), s.target("iso-2", "192.0.2.7")
	apply(t, h, first)
	apply(t, h, second)
	undo(t, h, first)
	if x, there := held(t, h, "iso-2"); !there || len(x.Nets) != 1 {
		t.Errorf("undoing one order opened the other's address: %+v", x)
	}
	apply(t, h, first) // takes it over again
	undo(t, h, second)
	if r := apply(t, h, first); len(r.Commands) != 0 {
		t.Errorf("undoing one order opened the other's address: %q", r.Commands)
	}
	undo(t, h, first)
}

func (s *suite) expiry(t *testing.T, c act.Capabilities) {
	if !c.Forgets {
		t.Skip("the device cannot end an isolation by itself")
	}
	h := s.open(t, nil)
	target := s.target("iso-1", "192.0.2.7", "2001:db8::7")
	target.Until = s.Now().Add(1500 * time.Millisecond)
	apply(t, h, target)
	if _, there := held(t, h, "iso-1"); !there {
		t.Error("gone at once")
	}
	s.Pass(2500 * time.Millisecond)
	if x, there := held(t, h, "iso-1"); there {
		t.Errorf("after its time the device still has %+v", x)
	}
	undo(t, h, target)
}

func (s *suite) moved(t *testing.T, c act.Capabilities) {
	if !c.Forgets {
		t.Skip("the device does not count time")
	}
	h := s.open(t, nil)
	target := s.target("iso-1", "192.0.2.7")
	for _, life := range []time.Duration{time.Hour, 3 * time.Hour, 20 * time.Minute} {
		target.Until = s.Now().Add(life)
		if r := apply(t, h, target); len(r.Commands) == 0 {
			t.Errorf("until in %v: nothing was sent", life)
		}
		if x, _ := held(t, h, "iso-1"); x.Left > life || x.Left < life-time.Minute {
			t.Errorf("remaining %v, want about %v", x.Left, life)
		}
	}
	undo(t, h, target)
}

func (s *suite) many(t *testing.T, c act.Capabilities) {
	entries := s.Entries
	if entries == 0 {
		entries = 5000
	}
	if c.Most > 0 {
		entries = min(entries, c.Most)
	}
	const orders = 10
	h := s.open(t, nil)
	var targets []act.Target
	for o := range orders {
		target := s.target(fmt.Sprintf("iso-%02d", o))
		for i := range entries / orders {
			a := netip.AddrFrom4([4]byte{198, byte(18 + o/200), byte(o*20 + i/250), byte(1 + i%250)})
			if i%2 == 1 {
				a = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 14: byte(o*20 + i/250), 15: byte(i % 250), 13: byte(o)})
			}
			target.Nets = append(target.Nets, netip.PrefixFrom(a, a.BitLen()))
		}
		apply(t, h, target)
		targets = append(targets, target)
	}
	list, err := h.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, x := range list {
		n += len(x.Nets)
	}
	if n != entries || len(list) != orders {
		t.Errorf("the device has %d entries of %d orders, want %d of %d", n, len(list), entries, orders)
	}
	for _, target := range targets {
		undo(t, h, target)
	}
	if list, _ := h.List(context.Background()); len(list) != 0 {
		t.Errorf("left over: %d orders", len(list))
	}
}

// sessions cuts conversations that are under way, of both families, and lets them go on.
func (s *suite) sessions(t *testing.T) {
	if s.Talk == nil {
		t.Skip("no traffic runs through this device in the test")
	}
	h := s.open(t, nil)
	target := act.Target{Order: "iso-1", MAC: s.MAC, Until: s.Now().Add(time.Hour)}
	var works []func(time.Duration) bool
	for _, a := range s.Talkers {
		target.Nets = append(target.Nets, netip.PrefixFrom(a, a.BitLen()))
		works = append(works, s.Talk(t, a))
	}
	check := func(when string, want bool) {
		patience := 20 * time.Second // a session that was cut comes back with its next retransmission
		if !want {
			patience = 600 * time.Millisecond
		}
		for i, f := range works {
			if got := f(patience); got != want {
				t.Errorf("%s: the session of %s works: %v, want %v", when, s.Talkers[i], got, want)
			}
		}
	}
	check("before", true)
	apply(t, h, target)
	check("isolated", false)
	undo(t, h, target)
	check("released", true)
}
