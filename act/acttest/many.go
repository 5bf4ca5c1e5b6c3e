package acttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
)

// many fills the device: with addresses ten orders of many machines, with hardware addresses an order each.
func (s *suite) many(t *testing.T) {
	entries := s.Entries
	if entries == 0 {
		entries = 5000
	}
	if s.can.Most > 0 {
		entries = min(entries, s.can.Most)
	}
	before := s.foreign(t)
	h := s.open(t, nil)
	targets := s.crowd(entries)
	began := time.Now()
	for _, target := range targets {
		apply(t, h, target)
	}
	took := time.Since(began)
	list, err := h.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	by, n := map[string]act.Held{}, 0
	for _, x := range list {
		by[x.Order] = x
		if n += len(x.Nets); len(x.Nets) == 0 {
			n += len(x.MACs)
		}
	}
	for _, target := range targets {
		if !by[target.Order].Covers(target, s.can) {
			t.Fatalf("order %s is not whole: %d nets and %d MACs of %d", target.Order, len(by[target.Order].Nets), len(by[target.Order].MACs), len(target.Nets))
		}
	}
	if len(list) != len(targets) {
		t.Errorf("the device has %d orders, want %d", len(list), len(targets))
	}
	for _, target := range targets {
		undo(t, h, target)
	}
	if list, _ := h.List(context.Background()); len(list) != 0 {
		t.Errorf("left over: %d orders", len(list))
	}
	s.restored(t, before)
	figure(t, "%d entries in %v", n, took.Round(time.Millisecond))
}

// crowd makes orders of so many entries together, as far as there are machines.
func (s *suite) crowd(entries int) []act.Target {
	if !s.addresses() {
		var out []act.Target
		for i := range min(entries, s.Machines) {
			out = append(out, s.target(fmt.Sprintf("iso-%04d", i), i))
		}
		return out
	}
	const orders = 10
	out := make([]act.Target, min(orders, s.Machines))
	for o := range out {
		out[o] = s.target(fmt.Sprintf("iso-%02d", o))
	}
	for i, n := 0, 0; i < s.Machines; i++ {
		o := &out[i%len(out)]
		if len(o.Nets) == 0 {
			o.MAC = s.Machine(i).MAC // an order has one
		}
		for _, p := range s.Machine(i).nets() {
			if able := p.Addr().Is4() && s.can.IPv4 || p.Addr().Is6() && s.can.IPv6; able && n < entries {
				o.Nets = append(o.Nets, p)
				n++
			}
		}
		if n >= entries {
			break
		}
	}
	return out
}
