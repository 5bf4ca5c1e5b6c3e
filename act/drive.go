package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// underWay are the states that a Manager takes up.
var underWay = event.StandingStates(event.OrderApproved, event.OrderReleasing)

// Step takes every order one or more steps further, as far as it goes now.
func (m *Manager) Step(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.step(ctx)
}

func (m *Manager) step(ctx context.Context) error {
	if m.news {
		if err := m.takeUp(ctx); err != nil {
			return err
		}
	}
	var errs []error
	for _, j := range m.sorted() {
		if err := m.drive(ctx, j); err != nil {
			errs = append(errs, fmt.Errorf("order %s: %w", j.order.UID, err))
		}
	}
	return errors.Join(errs...)
}

// takeUp reads what is under way; what this Manager already drives, it knows better.
func (m *Manager) takeUp(ctx context.Context) error {
	orders, err := m.Ledger.Orders(ctx, event.OrderFilter{States: underWay, Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read the orders that are under way: %w", err)
	}
	m.news = false
	for _, o := range orders {
		if m.jobs[o.UID] != nil {
			continue
		}
		j := &job{order: o, since: m.Now(), quiet: m.Now()}
		m.jobs[o.UID] = j
		if o.State == event.OrderApplying || o.State == event.OrderReleasing {
			if err := m.audit(ctx, "act", "resume", o, textResume.In("ja")); err != nil {
				return err
			}
		}
		if o.State.Standing() {
			m.watch(j)
		}
		if !o.AppliedAt.IsZero() {
			m.observeFrom(j, m.Now())
		}
	}
	return nil
}

// drive goes on until a step has to wait. Every step writes before it acts.
func (m *Manager) drive(ctx context.Context, j *job) error {
	for range 8 {
		state := j.order.State
		if err := m.one(ctx, j); err != nil {
			return err
		}
		if j.order.State == state {
			return nil
		}
	}
	return nil
}

func (m *Manager) one(ctx context.Context, j *job) error {
	o := &j.order
	over := !o.Expires.IsZero() && !m.Now().Before(o.Expires)
	switch {
	case j.released:
		return m.seenAgain(ctx, j)
	case (o.State == event.OrderReleasing || o.State == event.OrderApplying && !over) && m.Now().Before(j.again):
		return nil
	case o.State == event.OrderReleasing:
		return m.undo(ctx, j)
	case over && o.State == event.OrderApproved:
		return m.finish(ctx, j, event.OrderExpired, "expiry", textExpiring)
	case over && o.State.Standing():
		return m.keep(ctx, j, event.OrderReleasing, "expiry", textExpiring)
	case (o.State == event.OrderApproved || o.State == event.OrderApplying) && m.Hold != nil && m.Hold(ctx, *o):
		return nil
	case o.State == event.OrderApproved:
		m.watch(j)
		return m.keep(ctx, j, event.OrderApplying, "act", textBegin)
	case o.State == event.OrderApplying:
		return m.apply(ctx, j)
	case o.State == event.OrderApplied && (m.Watcher == nil || m.stillBlind(j)):
		return nil
	case o.State == event.OrderApplied:
		return m.keep(ctx, j, event.OrderVerifying, "verify", textWatching)
	case o.State.Standing() && m.Watcher != nil:
		return m.observe(ctx, j)
	}
	return nil
}

// finish ends an order.
func (m *Manager) finish(ctx context.Context, j *job, to event.OrderState, who string, why event.Text) error {
	if err := m.keep(ctx, j, to, who, why); err != nil {
		return err
	}
	m.unwatch(j)
	delete(m.jobs, j.order.UID)
	return nil
}
