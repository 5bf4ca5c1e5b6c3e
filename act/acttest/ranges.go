package acttest

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// guarding is a never-touch list of some addresses, as decide holds it: a range that holds one of them is protected.
func guarding(addrs ...netip.Addr) act.Protects {
	return func(nets []netip.Prefix, _ event.MAC, _ string, _ []string) (event.Text, bool) {
		return event.Text{JA: "基幹系のサーバーです", EN: "it is a core server"}, slices.ContainsFunc(nets, func(p netip.Prefix) bool {
			return slices.ContainsFunc(addrs, p.Contains)
		})
	}
}

// anyRange draws ranges of every size around a protected address: none is carried out or planned, and nothing is sent.
func (s *suite) anyRange(t *testing.T) {
	dc := s.Machine(1)
	h := s.open(t, guarding(dc.Addrs()...))
	before, received, n := s.foreign(t), s.received(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		a := rapid.SampledFrom(dc.Addrs()).Draw(rt, "protected")
		p, err := a.Prefix(rapid.IntRange(0, a.BitLen()).Draw(rt, "length"))
		if err != nil {
			rt.Fatal(err)
		}
		target := act.Target{Order: "iso-any", Until: s.Now().Add(time.Hour), Nets: []netip.Prefix{p}}
		if other := s.target("", 0).Nets; rapid.Bool().Draw(rt, "among others") {
			target.Nets = append(other, p)
		}
		var no *act.Refused
		if _, err := h.Apply(context.Background(), target); !errors.As(err, &no) || no.Text.JA == "" {
			rt.Fatalf("%v: not refused with its reason: %v", target.Nets, err)
		}
		if _, err := h.Plan(target); !errors.As(err, &no) {
			rt.Fatalf("%v: planned: %v", target.Nets, err)
		}
		n++
	})
	if sent := s.received(t) - received; sent != 0 {
		t.Errorf("%d was sent", sent)
	}
	s.gone(t, h, "iso-any", "refused")
	s.restored(t, before)
	figure(t, "%d ranges refused", n)
}

// segment cuts whole ranges from which a protected machine is taken out: what nobody knows is cut with them, the protected
// machine is in nothing that the device has, and the undo leaves no trace.
func (s *suite) segment(t *testing.T) {
	m, dc := s.Machine(0), s.Machine(1)
	if !s.can.Ranges {
		t.Skip("it does not know ranges: a segment is cut by its known machines")
	}
	before := s.foreign(t)
	h := s.open(t, guarding(dc.Addrs()...))
	target := act.Target{Order: "iso-zone", Until: s.Now().Add(time.Hour)}
	for _, a := range m.Addrs() {
		if a.Is4() && !s.can.IPv4 || a.Is6() && !s.can.IPv6 {
			continue
		}
		wide, err := a.Prefix(a.BitLen() - 5)
		if err != nil {
			t.Fatal(err)
		}
		holes := []netip.Prefix{}
		for _, x := range append(dc.Addrs(), s.Own...) {
			holes = append(holes, cidr.Single(x))
		}
		target.Nets = append(target.Nets, cidr.Carve([]netip.Prefix{wide}, holes)...)
	}
	apply(t, h, target)
	x := s.covered(t, h, target, "the segment")
	for _, p := range x.Nets {
		if slices.ContainsFunc(dc.Addrs(), p.Contains) {
			t.Errorf("%s holds what may never be cut", p)
		}
	}
	if r := apply(t, h, target); len(r.Commands) != 0 {
		t.Errorf("applied twice: %q", r.Commands)
	}
	alone := s.target("iso-1", 0)
	apply(t, h, alone) // a machine of it with an order of its own
	undo(t, h, alone)
	apply(t, h, target)
	s.covered(t, h, target, "undoing one machine's order opened its segment")
	undo(t, h, target)
	s.gone(t, h, "iso-zone", "undone")
	s.restored(t, before)
	figure(t, "%d ranges", len(target.Nets))
}
