package acttest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

func (s *suite) twice(t *testing.T) {
	before := s.foreign(t)
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("the receipt names no command")
	}
	if r := apply(t, h, target); len(r.Commands) != 0 {
		t.Errorf("applied twice: %q", r.Commands)
	}
	other := s.target("iso-2", 1)
	apply(t, h, other)
	x := s.covered(t, h, target, "applied")
	if s.can.Forgets && (x.Left < 58*time.Minute || x.Left > time.Hour+2*time.Second) {
		t.Errorf("remaining time %v, want about an hour", x.Left)
	}
	if r := undo(t, h, target); len(r.Commands) == 0 && !s.can.ByHand {
		t.Error("the receipt of the undo names no command")
	}
	if r := undo(t, h, target); len(r.Commands) != 0 {
		t.Errorf("undone twice: %q", r.Commands)
	}
	s.gone(t, h, "iso-1", "undone")
	s.covered(t, h, other, "another order was undone too")
	undo(t, h, other)
	s.restored(t, before)
}

// together tells the Hand of several machines at the same time.
func (s *suite) together(t *testing.T) {
	before := s.foreign(t)
	h := s.open(t, nil)
	var wait sync.WaitGroup
	n := min(4, s.Machines)
	for i := range n {
		wait.Go(func() {
			if _, err := h.Apply(context.Background(), s.target(fmt.Sprintf("iso-%d", i), i)); err != nil {
				t.Error(err)
			}
			if _, err := h.List(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for i := range n {
		s.covered(t, h, s.target(fmt.Sprintf("iso-%d", i), i), "applied at the same time")
	}
	for i := range n {
		wait.Go(func() {
			if _, err := h.Undo(context.Background(), s.target(fmt.Sprintf("iso-%d", i), i)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if list, err := h.List(context.Background()); err != nil || len(list) != 0 {
		t.Errorf("left over: %+v %v", list, err)
	}
	s.restored(t, before)
	figure(t, "%d at once", n)
}

// ipv6 cuts a machine of which only the IPv6 address is known; where the enforcer knows no addresses, what the machine says
// over IPv6 must end with the rest.
func (s *suite) ipv6(t *testing.T) {
	m := s.Machine(0)
	if !m.V6.IsValid() {
		t.Fatal("the Bench's machine has no IPv6 address")
	}
	before := s.foreign(t)
	h := s.open(t, nil)
	target := s.target("iso-6", 0)
	if !s.can.IPv6 {
		s.without(t, "Talk", s.Dial != nil || s.Talk != nil)
		works := s.talk(t, m.V6)
		if !works(20 * time.Second) {
			t.Fatal("it cannot talk over IPv6 at all")
		}
		target.Nets = nil
		apply(t, h, target)
		for end := time.Now().Add(patience); works(600 * time.Millisecond); { // the effect may come a moment after the device's word
			if time.Now().After(end) {
				t.Fatal("isolated by its hardware address, it still talks over IPv6")
			}
		}
		figure(t, "cut with its hardware address")
	} else {
		target.Nets, target.MAC = target.Nets[len(target.Nets)-1:], [6]byte{}
		apply(t, h, target)
		s.covered(t, h, target, "IPv6 alone")
	}
	undo(t, h, target)
	s.gone(t, h, "iso-6", "undone")
	s.restored(t, before)
}

func (s *suite) restart(t *testing.T) {
	before := s.foreign(t)
	target := s.target("iso-1", 0)
	h := s.open(t, nil)
	apply(t, h, target)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	again := s.open(t, nil)
	if s.can.WhileRunning {
		apply(t, again, target)
		s.covered(t, again, target, "applied again after a restart")
	} else {
		s.covered(t, again, target, "after a restart")
		if r := apply(t, again, target); len(r.Commands) != 0 {
			t.Errorf("after a restart applied anew: %q", r.Commands)
		}
	}
	undo(t, again, target)
	s.gone(t, again, "iso-1", "undone after a restart")
	s.restored(t, before)
}

func (s *suite) flushed(t *testing.T) {
	s.without(t, "Flush", s.Flush != nil)
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	apply(t, h, target)
	s.Flush(t)
	if s.Keeps {
		s.covered(t, h, target, "after its restart the device keeps it")
		undo(t, h, target)
		s.gone(t, h, "iso-1", "undone")
		figure(t, "kept")
		return
	}
	s.gone(t, h, "iso-1", "after its restart")
	began := time.Now()
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("put back without a command")
	}
	took := time.Since(began)
	s.covered(t, h, target, "put back")
	s.Flush(t)
	undo(t, h, target)
	s.gone(t, h, "iso-1", "undone")
	figure(t, "put back in %v", took.Round(100*time.Microsecond))
}

func (s *suite) half(t *testing.T) {
	s.without(t, "Lose", s.Lose != nil)
	before := s.foreign(t)
	h := s.open(t, nil)
	target, lost := s.pair("iso-1"), s.Machine(0)
	if s.addresses() {
		lost = s.Machine(1)
	}
	apply(t, h, target)
	whole := s.covered(t, h, target, "applied")
	s.Lose(t, "iso-1", lost)
	if r := apply(t, h, target); len(r.Commands) == 0 {
		t.Error("half of it was lost, but nothing was completed")
	}
	if x := s.covered(t, h, target, "completed"); !same(x, whole) {
		t.Errorf("completed: %+v, before %+v", x, whole)
	}
	if r := apply(t, h, target); len(r.Commands) != 0 {
		t.Errorf("complete, but sent again: %q", r.Commands)
	}
	s.Lose(t, "iso-1", lost)
	undo(t, h, target)
	s.gone(t, h, "iso-1", "undone")
	s.restored(t, before)
}

// shared: what two orders cut stays cut until both are undone: undoing either opens nothing of the other.
func (s *suite) shared(t *testing.T) {
	before := s.foreign(t)
	h := s.open(t, nil)
	first, second := s.pair("iso-1"), s.target("iso-2", 0)
	apply(t, h, first)
	apply(t, h, second)
	undo(t, h, first)
	s.covered(t, h, second, "undoing one order opened the other's machine")
	apply(t, h, first) // both again
	undo(t, h, second)
	apply(t, h, first) // what an enforcer gives to one order at a time, it gives back with the next Apply
	s.covered(t, h, first, "undoing one order opened the other's machine")
	undo(t, h, first)
	s.gone(t, h, "iso-1", "both undone")
	s.restored(t, before)
}

// oneWay: the receipts of an enforcer that cannot be read back say so.
func (s *suite) oneWay(t *testing.T) {
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	if r := apply(t, h, target); len(r.Commands) == 0 || r.Detail == "" {
		t.Errorf("the receipt must name what was sent and say that it cannot be read back: %+v", r)
	}
	r := undo(t, h, target)
	if s.can.ByHand && (r.Detail == "" || len(r.Commands) != 0) {
		t.Errorf("the receipt of an undo by hand must tell a person what to do: %+v", r)
	}
	if list, err := h.List(context.Background()); err != nil || len(list) != 0 {
		t.Errorf("it cannot be read back, but lists %v %v", list, err)
	}
}
