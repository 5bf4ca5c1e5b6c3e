package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Release undoes a standing order. It returns once the enforcers were read back,
// or with the order in OrderReleasing and an error when one could not be told:
// then it goes on trying. An order that nothing was done for is called off.
func (m *Manager) Release(ctx context.Context, uid, who string, why event.Text) (event.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.news = true
	if err := m.takeUp(ctx); err != nil {
		return event.Order{}, err
	}
	j := m.jobs[uid]
	if j == nil || j.released {
		o, err := m.Ledger.Order(ctx, uid)
		if err != nil {
			return o, fmt.Errorf("order %s: %w", uid, err)
		}
		return o, fmt.Errorf("order %s is %s: there is nothing to undo", uid, o.State)
	}
	if j.order.State == event.OrderApproved {
		err := m.finish(ctx, j, event.OrderReleased, who, fill(textNeverBegun, why))
		return j.order, err
	}
	if j.order.State != event.OrderReleasing {
		if err := m.keep(ctx, j, event.OrderReleasing, who, why); err != nil {
			return j.order, err
		}
	}
	j.again = time.Time{} // a person asks: at once
	err := m.drive(ctx, j)
	return j.order, err
}

// undo removes the order from every enforcer that has it, and reads back.
func (m *Manager) undo(ctx context.Context, j *job) error {
	o := j.order
	var problems []string
	waits := 0
	for _, h := range m.Hands {
		r, err := m.undoAt(ctx, h, targetAt(h, o))
		if err == nil && !h.Capabilities().OneWay {
			err = m.gone(ctx, h, o.UID)
		}
		r = m.receipt(r, h, o.UID, "undo", err)
		m.heard(ctx, o, r)
		addReceipt(&o, r)
		if err != nil {
			problems = append(problems, err.Error())
		}
		if m.waits(err) {
			waits++
		}
	}
	if j.waits = waits > 0 && waits == len(problems); j.waits && saidAll(j.order, o) {
		return nil
	}
	for _, name := range o.Enforcers {
		if !slices.Contains(m.Enforcers(), name) {
			addReceipt(&o, event.Receipt{Time: m.Now().UTC(), Order: o.UID, Enforcer: name, Op: "undo", Detail: fill(textNoHand, name).In("ja")})
		}
	}
	m.lastLook = time.Time{} // compare the devices soon: another order may have shared an address
	if len(problems) == 0 {
		o.ReleasedAt = m.Now().UTC()
	}
	if err := m.write(ctx, j, o); err != nil {
		return err
	}
	if j.waits {
		return nil
	}
	if len(problems) > 0 {
		j.later(m.Now())
		return errors.New("undo: " + strings.Join(problems, "; "))
	}
	return m.released(ctx, j)
}

// gone reads back that nothing of the order is left.
func (m *Manager) gone(ctx context.Context, h Hand, uid string) error {
	held, err := m.listOf(ctx, h)
	if err != nil {
		return fmt.Errorf("%s: read back after undo: %w", h.Name(), err)
	}
	if slices.ContainsFunc(held, func(x Held) bool { return x.Order == uid }) {
		return fmt.Errorf("%s: order %s is still there after undo", h.Name(), uid)
	}
	return nil
}

// released ends the order and, where a sensor is there, waits to see its traffic again.
func (m *Manager) released(ctx context.Context, j *job) error {
	to, who, why := event.OrderReleased, "act", textReleased
	if last := j.order.History[len(j.order.History)-1]; last.Who == "expiry" {
		to, who, why = event.OrderExpired, "expiry", textExpired
	} else {
		who = last.Who
	}
	if m.Watcher == nil || m.cfg.ReleaseWatch == 0 {
		return m.finish(ctx, j, to, who, why)
	}
	m.watch(j)
	if err := m.keep(ctx, j, to, who, why); err != nil {
		return err
	}
	m.observeFrom(j, m.Now())
	j.released = true
	return nil
}

// seenAgain ends the watch after a release: with the first exchange, or when nothing came.
func (m *Manager) seenAgain(ctx context.Context, j *job) error {
	m.eyes.Lock()
	var named []string
	if w := m.watches[j.order.UID]; w != nil {
		named = w.passing(time.Time{})
	}
	m.eyes.Unlock()
	r := event.Receipt{Time: m.Now().UTC(), Order: j.order.UID, Enforcer: "sensor", Op: "verify", OK: true}
	switch {
	case len(named) > 0:
		r.Detail = fill(textPassesAgain, named[0]).In("ja")
	case m.Now().Sub(j.since) >= m.cfg.ReleaseWatch:
		r.OK, r.Detail = false, textNotYetSeen.In("ja")
	default:
		return nil
	}
	o := j.order
	addReceipt(&o, r)
	if err := m.write(ctx, j, o); err != nil {
		return err
	}
	m.unwatch(j)
	delete(m.jobs, o.UID)
	return nil
}
