package store

import (
	"context"
	"time"

	"github.com/yagura-project/yagura/event"
)

var orders = shelf[event.Order]{
	table: "orders", noun: "order", columns: []string{"device", "incident", "state"},
	values: func(o *event.Order) (string, time.Time, []any) {
		return o.UID, happened(o.Header, o.AppliedAt), []any{o.Target.UID, o.Incident, string(o.State)}
	},
}

// Order gives one isolation, or event.ErrNotFound.
func (s *State) Order(ctx context.Context, uid string) (event.Order, error) {
	return orders.get(ctx, s, uid)
}

// CountOrders counts all isolations that fit, whatever the filter's limit.
func (s *State) CountOrders(ctx context.Context, f event.OrderFilter) (int, error) {
	return orders.count(ctx, s, s.whereOrder(f))
}

func (s *State) whereOrder(f event.OrderFilter) *where {
	w := s.where()
	oneOf(w, "state", f.States)
	w.equal("device", f.Device)
	w.equal("incident", f.Incident)
	w.between(f.Since, f.Until)
	return w
}
