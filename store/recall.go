package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/yagura-project/yagura/event"
)

// recall remembers orders that were read, so that a decision among many open orders need not read each anew. One process
// writes (the lock sees to that): what it is about to write is forgotten, and what was read while it wrote is not remembered.
type recall struct {
	mu     sync.Mutex
	orders map[string]event.Order
	writes uint64 // how many have begun or ended
}

// maxRecalled bounds the memory; beyond it, it starts anew.
const maxRecalled = 4096

func (r *recall) forget(uid string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.orders, uid)
	r.writes++
}

func (r *recall) since() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes
}

func (r *recall) get(uid string) (event.Order, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, ok := r.orders[uid]
	return o, ok
}

// keep remembers what was read, unless something was written since.
func (r *recall) keep(since uint64, o event.Order) {
	// Who appends to what he is given must not write into what another was given.
	o.IPs, o.Nets, o.Enforcers, o.Destinations = slices.Clip(o.IPs), slices.Clip(o.Nets), slices.Clip(o.Enforcers), slices.Clip(o.Destinations)
	o.Approvals, o.History, o.Receipts = slices.Clip(o.Approvals), slices.Clip(o.History), slices.Clip(o.Receipts)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writes != since {
		return
	}
	if r.orders == nil || len(r.orders) >= maxRecalled {
		r.orders = map[string]event.Order{}
	}
	r.orders[o.UID] = o
}

// PutOrder keeps an isolation, replacing what was kept under its UID.
func (s *State) PutOrder(ctx context.Context, o event.Order) error {
	if err := s.own(&o.Tenant); err != nil {
		return err
	}
	s.recall.forget(o.UID)
	defer s.recall.forget(o.UID)
	return orders.put(ctx, s, o)
}

// Orders gives the isolations that fit, newest first.
func (s *State) Orders(ctx context.Context, f event.OrderFilter) ([]event.Order, error) {
	if s.write == nil { // another process may write
		return orders.list(ctx, s, s.whereOrder(f), f.Limit, f.Offset)
	}
	w := s.whereOrder(f)
	rows, err := s.read.QueryContext(ctx, "SELECT uid FROM orders"+w.sql()+" ORDER BY time DESC, uid DESC LIMIT ? OFFSET ?",
		append(w.args, bound(f.Limit), max(f.Offset, 0))...)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	defer rows.Close()
	var uids []string
	for rows.Next() {
		var uid string
		if err := rows.Scan(&uid); err != nil {
			return nil, fmt.Errorf("list orders: %w", err)
		}
		uids = append(uids, uid)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	var out []event.Order
	for _, uid := range uids {
		o, err := s.remembered(ctx, uid)
		if err != nil {
			return nil, err
		}
		if len(f.States) == 0 || slices.Contains(f.States, o.State) { // else it went on meanwhile
			out = append(out, o)
		}
	}
	return out, nil
}

func (s *State) remembered(ctx context.Context, uid string) (event.Order, error) {
	if o, ok := s.recall.get(uid); ok {
		return o, nil
	}
	since := s.recall.since()
	o, err := orders.get(ctx, s, uid)
	if err == nil {
		s.recall.keep(since, o)
	}
	return o, err
}
