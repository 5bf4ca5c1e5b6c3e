package act

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// apply tells every hand. One that has done it is enough to go on: the others are tried again by Reconcile.
func (m *Manager) apply(ctx context.Context, j *job) error {
	o := j.order
	done, refused, waits, problems := m.tell(ctx, &o, "apply")
	j.waits = done == 0 && waits
	switch {
	case j.waits && saidAll(j.order, o):
		return nil
	case done > 0 && m.Rehearses():
		if err := m.write(ctx, j, o); err != nil {
			return err
		}
		return m.finish(ctx, j, event.OrderObserved, "act", textRehearsed)
	case done > 0:
		j.failures, j.again = 0, time.Time{}
		o.AppliedAt = m.Now().UTC()
		m.observeFrom(j, o.AppliedAt)
		why := textApplied
		switch {
		case m.Watcher == nil:
			why = textNoWatcher
		case !m.readable():
			why = textSent
		}
		return m.move(ctx, j, o, event.OrderApplied, "act", why)
	}
	if err := m.write(ctx, j, o); err != nil {
		return err
	}
	switch {
	case j.waits:
		return nil
	case refused == len(m.Hands):
		return m.finish(ctx, j, event.OrderFailed, "guard", fill(textAllRefused, strings.Join(problems, "; ")))
	case m.Now().Sub(j.since) >= m.cfg.GiveUp:
		m.takeBack(ctx, j)
		return m.finish(ctx, j, event.OrderFailed, "act", fill(textGaveUp, strings.Join(problems, "; ")))
	}
	j.later(m.Now())
	return fmt.Errorf("no enforcer could be told: %s", strings.Join(problems, "; "))
}

// readable reports whether any enforcer can be read back.
func (m *Manager) readable() bool {
	return slices.ContainsFunc(m.Hands, func(h Hand) bool { return !h.Capabilities().OneWay })
}

// lag is how long the quickest enforcer may take to have an effect.
func (m *Manager) lag() time.Duration {
	if len(m.Hands) == 0 {
		return 0
	}
	return slices.MinFunc(m.Hands, func(a, b Hand) int { return cmp.Compare(a.Capabilities().Lag, b.Capabilities().Lag) }).Capabilities().Lag
}

// maxReceipts bounds the receipts of one order; when a device is down for long, the middle ones go.
const maxReceipts = 200

// tell sends the order to every hand and adds the receipts to it.
func (m *Manager) tell(ctx context.Context, o *event.Order, op string) (done, refused int, waits bool, problems []string) {
	for _, h := range m.Hands {
		r, err := m.applyAt(ctx, h, targetAt(h, *o))
		r = m.receipt(r, h, o.UID, op, err)
		m.heard(ctx, *o, r)
		addReceipt(o, r)
		var no *Refused
		switch {
		case err == nil:
			done++
			continue
		case errors.As(err, &no):
			refused++
		case m.waits(err):
			waits = true
		}
		problems = append(problems, err.Error())
	}
	return done, refused, waits, problems
}

func (m *Manager) receipt(r event.Receipt, h Hand, order, op string, err error) event.Receipt {
	r.Enforcer, r.Order, r.OK = h.Name(), order, err == nil
	if r.Op == "" {
		r.Op = op
	}
	if r.Time.IsZero() {
		r.Time = m.Now().UTC()
	}
	if err != nil {
		r.Detail = err.Error()
	}
	return r
}

func addReceipt(o *event.Order, r event.Receipt) {
	rs := append([]event.Receipt(nil), o.Receipts...)
	if n := len(rs); n > 0 && !r.OK && !rs[n-1].OK && rs[n-1].Enforcer == r.Enforcer && rs[n-1].Detail == r.Detail {
		rs[n-1] = r // the same failure again
		o.Receipts = rs
		return
	}
	if len(rs) >= maxReceipts {
		rs = append(rs[:maxReceipts/2], rs[maxReceipts/2+1:]...)
	}
	o.Receipts = append(rs, r)
}

// takeBack removes what a failed Apply may have left.
func (m *Manager) takeBack(ctx context.Context, j *job) {
	for _, h := range m.Hands {
		r, err := m.undoAt(ctx, h, targetAt(h, j.order))
		m.heard(ctx, j.order, m.receipt(r, h, j.order.UID, "undo", err))
		if err != nil {
			m.Log.Warn("what a failed order left could not be removed; it ends by itself", "enforcer", h.Name(), "order", j.order.UID, "error", err)
		}
	}
}
