package acttest

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

func (s *suite) dryRun(t *testing.T) {
	if !s.can.Rehearses {
		s.without(t, "Received", s.Received != nil)
	}
	h := s.open(t, nil)
	before, received := s.foreign(t), s.received(t)
	target := s.pair("iso-plan")
	lines, err := h.Plan(target)
	if err != nil || len(lines) == 0 {
		t.Fatalf("plan: %v %v", lines, err)
	}
	if n := s.received(t) - received; n != 0 {
		t.Errorf("the plan sent %d to the device", n)
	}
	s.gone(t, h, "iso-plan", "after a plan")
	s.restored(t, before)
	figure(t, "0 sent")
}

func (s *suite) received(t *testing.T) int {
	if s.Received == nil {
		return 0
	}
	return s.Received(t)
}

// neverTouch holds a list on which machine 1 stands: by address also inside a range, by MAC, by name, by role.
func (s *suite) neverTouch(t *testing.T) {
	dc := s.Machine(1)
	h := s.open(t, func(nets []netip.Prefix, mac event.MAC, host string, roles []string) (event.Text, bool) {
		hit := slices.ContainsFunc(nets, func(p netip.Prefix) bool {
			return dc.V4.IsValid() && p.Contains(dc.V4) || dc.V6.IsValid() && p.Contains(dc.V6)
		})
		hit = hit || mac == dc.MAC && !mac.IsZero() || host == "dc-1" || slices.Contains(roles, "dc")
		return event.Text{JA: "ドメインコントローラーです", EN: "it is the domain controller"}, hit
	})
	named, role := s.target("iso-name", 0), s.target("iso-role", 0)
	named.Host, role.Roles = "dc-1", []string{"dc"}
	cases := map[string]act.Target{"itself": s.target("iso-dc", 1), "by name": named, "by role": role}
	if s.addresses() {
		cases["among others"] = s.target("iso-more", 0, 1)
	}
	for _, a := range []netip.Addr{dc.V4, dc.V6} {
		if a.IsValid() {
			wide := s.target("iso-wide")
			p, _ := a.Prefix(a.BitLen() - 8)
			wide.Nets = []netip.Prefix{p}
			cases["inside "+p.String()] = wide
		}
	}
	for name, target := range cases {
		before, received := s.foreign(t), s.received(t)
		_, err := h.Apply(context.Background(), target)
		var no *act.Refused
		if !errors.As(err, &no) || no.Text.JA == "" {
			t.Errorf("%s: not refused with its reason: %v", name, err)
		}
		if _, err := h.Plan(target); !errors.As(err, &no) {
			t.Errorf("%s: planned: %v", name, err)
		}
		if n := s.received(t) - received; n != 0 {
			t.Errorf("%s: %d was sent", name, n)
		}
		s.gone(t, h, target.Order, name)
		s.restored(t, before)
	}
	figure(t, "%d ways refused", len(cases))
}

// cannot asks for what is not among the capabilities: it is refused, never silently left out.
func (s *suite) cannot(t *testing.T) {
	h := s.open(t, nil)
	ctx := context.Background()
	if _, err := h.Apply(ctx, act.Target{Order: "iso-empty", Until: s.Now().Add(time.Hour)}); !errors.Is(err, act.ErrEmpty) {
		t.Errorf("an order without any name: %v", err)
	}
	m := s.Machine(0)
	try := func(what string, can bool, change func(*act.Target)) {
		target := act.Target{Order: "iso-cannot", Host: m.Name, Until: s.Now().Add(time.Hour)}
		change(&target)
		_, err := h.Apply(ctx, target)
		var no *act.Refused
		switch {
		case can && err != nil:
			t.Errorf("%s is among its capabilities, but: %v", what, err)
		case !can && (!errors.As(err, &no) || no.Text.JA == ""):
			t.Errorf("%s is not among its capabilities, but: %v", what, err)
		}
		undo(t, h, target)
		s.gone(t, h, target.Order, what)
	}
	one := func(a netip.Addr) func(*act.Target) {
		return func(t *act.Target) { t.Nets = []netip.Prefix{netip.PrefixFrom(a, a.BitLen())} }
	}
	if m.V4.IsValid() {
		try("IPv4", s.can.IPv4, one(m.V4))
		wide, _ := m.V4.Prefix(24)
		try("a range", s.can.Ranges, func(t *act.Target) { t.Nets = []netip.Prefix{wide} })
	}
	if m.V6.IsValid() {
		try("IPv6", s.can.IPv6, one(m.V6))
	}
	if !m.MAC.IsZero() {
		try("MAC", s.can.MAC, func(t *act.Target) { t.MAC = m.MAC })
	}
}

func (s *suite) rehearsal(t *testing.T) {
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("the receipt does not say what would be done")
	}
	s.gone(t, h, "iso-1", "a rehearsal")
	undo(t, h, target)
}
