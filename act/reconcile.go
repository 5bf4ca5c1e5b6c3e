package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// drift is how far the device's remaining time may be from the order's before it is set anew.
const drift = 2 * time.Second

// Reconcile reads what every device has, puts back what it lost, removes what
// is over, and then takes a Step. What no order in the ledger explains is left
// alone (it ends by itself) and reported once.
func (m *Manager) Reconcile(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastLook, m.news = m.Now(), true
	if err := m.takeUp(ctx); err != nil {
		return err
	}
	var errs []error
	for _, h := range m.Hands {
		c := h.Capabilities()
		compare := m.compare
		if c.OneWay {
			compare = m.untold
		}
		if c.Rehearses {
			continue
		}
		if err := compare(ctx, h); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, m.step(ctx))...)
}

func (m *Manager) compare(ctx context.Context, h Hand) error {
	list, err := m.listOf(ctx, h)
	if err != nil {
		return fmt.Errorf("%s: read what it has: %w", h.Name(), err)
	}
	held := map[string]Held{}
	for _, x := range list {
		held[x.Order] = x
	}
	var errs []error
	for _, j := range m.sorted() {
		x, there := held[j.order.UID]
		delete(held, j.order.UID)
		// What is still being applied, Step applies.
		// What is about to end is left to end.
		if !j.order.State.Standing() || j.order.State == event.OrderApplying || !m.Now().Add(drift).Before(j.order.Expires) {
			continue
		}
		if !there || h.Capabilities().Learns || m.lacks(h, x, j.order) {
			errs = append(errs, m.mend(ctx, h, j))
		}
	}
	for uid, x := range held {
		errs = append(errs, m.leftover(ctx, h, uid, x))
	}
	return errors.Join(errs...)
}

// untold tells an enforcer that cannot be read back what it has not been told yet, and never anything twice.
func (m *Manager) untold(ctx context.Context, h Hand) error {
	var errs []error
	for _, j := range m.sorted() {
		told := slices.ContainsFunc(j.order.Receipts, func(r event.Receipt) bool { return r.Enforcer == h.Name() && r.OK && r.Op != "undo" && r.Op != "plan" })
		if !told && j.order.State.Standing() && j.order.State != event.OrderApplying && m.Now().Add(drift).Before(j.order.Expires) {
			errs = append(errs, m.mend(ctx, h, j))
		}
	}
	return errors.Join(errs...)
}

// lacks reports whether a device has less than the order says, or for another time.
func (m *Manager) lacks(h Hand, x Held, o event.Order) bool {
	c := h.Capabilities()
	if !x.Covers(targetAt(h, o), c) {
		return true
	}
	left := o.Expires.Sub(m.Now())
	return c.Forgets && (x.Left < left-drift || x.Left > left+drift)
}

func (m *Manager) mend(ctx context.Context, h Hand, j *job) error {
	o := j.order
	r, err := m.applyAt(ctx, h, targetAt(h, o))
	r = m.receipt(r, h, o.UID, "reconcile", err)
	if last, said := lastOf(o, r.Enforcer); err == nil && len(r.Commands) == 0 && (!said || last.OK) {
		return nil // nothing was missing after all
	}
	r.Op = "reconcile"
	var no *Refused
	refused := errors.As(err, &no)
	if (refused || m.waits(err)) && saidBefore(o, r) {
		return nil // it cannot do this order, or waits: that was said once
	}
	m.heard(ctx, o, r)
	addReceipt(&o, r)
	if werr := m.write(ctx, j, o); werr != nil {
		return errors.Join(err, werr)
	}
	switch {
	case refused || m.waits(err):
		return nil
	case err != nil:
		return fmt.Errorf("%s: put order %s back: %w", h.Name(), o.UID, err)
	}
	m.drifted(Drift{Enforcer: h.Name(), Order: o.UID, Machine: o.Target.Name(), Text: textMended, Mended: true})
	m.Log.Warn("an enforcer differed from the ledger; it is mended", "enforcer", h.Name(), "order", o.UID, "detail", r.Detail)
	return m.audit(ctx, "reconcile", "drift", o, h.Name()+": "+textMended.In("ja"))
}

// leftover handles what a device has for an order that is not under way.
func (m *Manager) leftover(ctx context.Context, h Hand, uid string, x Held) error {
	o, err := m.Ledger.Order(ctx, uid)
	switch {
	case err == nil && o.State.Terminal():
		r, err := m.undoAt(ctx, h, targetAt(h, o))
		m.heard(ctx, o, m.receipt(r, h, uid, "undo", err))
		return err
	case err != nil && !errors.Is(err, event.ErrNotFound):
		return fmt.Errorf("read order %s, which %s has: %w", uid, h.Name(), err)
	case m.strange[h.Name()+uid]:
		return nil
	}
	if len(m.strange) >= 10_000 {
		clear(m.strange)
	}
	m.strange[h.Name()+uid] = true
	m.drifted(Drift{Enforcer: h.Name(), Order: uid, Text: textUnknown})
	m.Log.Warn("an enforcer has an isolation that the ledger does not know; it is left alone and ends by itself",
		"enforcer", h.Name(), "order", uid, "left", x.Left)
	return nil
}
