package act

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Overdue ends what is over while nobody else drives the orders: those whose time has passed, and releases that were begun.
// It begins, mends and verifies nothing. It tries until all of them are ended or ctx ends, and gives them as they then are.
func (m *Manager) Overdue(ctx context.Context) ([]event.Order, error) {
	var why error // what the devices last said
	for {
		over, left, err := m.overdue(ctx)
		if left == 0 {
			return over, err
		}
		if err != nil {
			why = err
		}
		select {
		case <-ctx.Done():
			return over, fmt.Errorf("%d orders could not be ended: %w", left, errors.Join(why, ctx.Err()))
		case <-time.After(flux):
		}
	}
}

func (m *Manager) overdue(ctx context.Context) (over []event.Order, left int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.news {
		if err := m.takeUp(ctx); err != nil {
			return nil, 1, err
		}
	}
	if m.late == nil {
		for _, j := range m.sorted() {
			if j.order.State == event.OrderReleasing || !j.order.Expires.IsZero() && !m.Now().Before(j.order.Expires) {
				m.late = append(m.late, j)
			}
		}
	}
	var errs []error
	for _, j := range m.late {
		if !j.released && !j.order.State.Terminal() {
			errs = append(errs, m.drive(ctx, j))
		}
		if !j.order.State.Terminal() {
			left++
		}
		over = append(over, j.order)
	}
	return over, left, errors.Join(errs...)
}
