package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

// What is remembered of an order is never older than what was kept, whoever reads while it is written.
func TestOrdersAreNeverStale(t *testing.T) {
	s := openTest(t, t.TempDir())
	put := func(i, step int, state event.OrderState) {
		o := event.Order{Header: event.Header{UID: fmt.Sprintf("o%d", i), Time: at(time.Duration(i) * time.Second)}, Target: device(i), State: state}
		for n := range step {
			o.History = append(o.History, event.Transition{Time: at(time.Duration(n)), Who: "test"})
		}
		must(t, s.PutOrder(t.Context(), o))
	}
	states := []event.OrderState{event.OrderApproved, event.OrderApplied, event.OrderVerified}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for step := 1; step <= 30; step++ {
				put(i, step, states[step%3])
				got, err := s.Orders(t.Context(), event.OrderFilter{Device: device(i).UID})
				if err != nil || len(got) != 1 || len(got[0].History) != step || got[0].State != states[step%3] {
					t.Errorf("order %d at step %d: %+v %v", i, step, got, err)
					return
				}
				other, err := s.Orders(t.Context(), event.OrderFilter{States: states[:1]})
				for _, o := range other {
					if o.State != states[0] {
						t.Errorf("asked for %s, got %s", states[0], o.State)
					}
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// Who appends to what he was given changes nothing of what others are given.
func TestRecalledOrdersAreNotShared(t *testing.T) {
	s := openTest(t, t.TempDir())
	o := event.Order{Header: event.Header{UID: "o1", Time: at(0)}, Target: device(1), State: event.OrderApproved}
	for range 3 {
		o.History = append(o.History, event.Transition{Time: at(0), Who: "policy"})
	}
	must(t, s.PutOrder(t.Context(), o))
	var lists [2][]event.Transition
	for i := range lists {
		got, err := s.Orders(t.Context(), event.OrderFilter{})
		must(t, err)
		lists[i] = append(got[0].History, event.Transition{Who: fmt.Sprint("reader ", i)})
	}
	if lists[0][3].Who != "reader 0" || lists[1][3].Who != "reader 1" {
		t.Errorf("%v %v", lists[0][3], lists[1][3])
	}
}
