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

// underWay are the states that a Manager takes up.
var underWay = []event.OrderState{
	event.OrderApproved, event.OrderApplying, event.OrderApplied, event.OrderVerifying,
	event.OrderVerified, event.OrderIneffective, event.OrderPartial, event.OrderReleasing,
}

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
	case o.State == event.OrderApplied && (m.Watcher == nil || j.blind && !m.alive(j)):
		return nil
	case o.State == event.OrderApplied:
		return m.keep(ctx, j, event.OrderVerifying, "verify", textWatching)
	case o.State.Standing() && m.Watcher != nil:
		return m.observe(ctx, j)
	}
	return nil
}

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

// finish ends an order.
func (m *Manager) finish(ctx context.Context, j *job, to event.OrderState, who string, why event.Text) error {
	if err := m.keep(ctx, j, to, who, why); err != nil {
		return err
	}
	m.unwatch(j)
	delete(m.jobs, j.order.UID)
	return nil
}

// observe holds what the sensor saw against the order.
func (m *Manager) observe(ctx context.Context, j *job) error {
	m.eyes.Lock()
	w := m.watches[j.order.UID]
	if w == nil {
		m.eyes.Unlock()
		return nil
	}
	last, attempts, partly := w.lastPass, w.attempts, w.partly()
	named := w.passing(m.Now().Add(-max(m.cfg.VerifyFor, m.cfg.Settle)))
	m.eyes.Unlock()

	now, o := m.Now(), j.order
	quiet := latest(j.quiet, last)
	silent := now.Sub(quiet) >= m.cfg.Settle
	late := o.State == event.OrderVerifying && now.Sub(j.since) >= m.cfg.VerifyFor+m.lag()
	switch {
	case o.State == event.OrderVerified && last.After(j.quiet):
		j.quiet = last
		return m.keep(ctx, j, event.OrderVerifying, "verify", fill(textAgain, strings.Join(named, ", ")))
	case o.State == event.OrderVerified:
		return nil
	case silent && !m.alive(j) && !late:
		return nil // it may be the sensor that is silent
	case silent && !m.alive(j):
		j.blind = true
		return m.keep(ctx, j, event.OrderApplied, "verify", textBlind)
	case silent:
		switch o, answers, ready := m.probe(ctx, j); {
		case !ready:
			return nil
		case len(answers) > 0:
			return m.answered(ctx, j, o, answers)
		default:
			return m.verified(ctx, j, o, last, attempts)
		}
	case late:
		return m.stillTalks(ctx, j, partly, named)
	}
	return nil
}

// answered ends the verification of a machine that answers Yagura's own question.
func (m *Manager) answered(ctx context.Context, j *job, o event.Order, answers []string) error {
	same := slices.Equal(o.StillSeen, answers)
	if o.State == event.OrderPartial && same {
		return nil
	}
	o.StillSeen = answers
	return m.move(ctx, j, o, event.OrderPartial, "probe", fill(textProbeAnswers, strings.Join(answers, ", ")))
}

func (m *Manager) verified(ctx context.Context, j *job, o event.Order, last time.Time, attempts int) error {
	o.VerifiedAt, o.StillSeen, o.SilenceMS = m.Now().UTC(), nil, 0
	if !last.IsZero() && last.After(o.AppliedAt) {
		o.SilenceMS = last.Sub(o.AppliedAt).Milliseconds() + 1
	}
	j.quiet = latest(j.quiet, last)
	return m.move(ctx, j, o, event.OrderVerified, "verify", fill(textVerified, o.SilenceMS, attempts))
}

func (m *Manager) stillTalks(ctx context.Context, j *job, partly bool, named []string) error {
	o := j.order
	o.StillSeen = named
	m.lastLook = time.Time{} // compare the devices at once: one may have lost it
	to, why := event.OrderIneffective, textIneffective
	if partly {
		to, why = event.OrderPartial, textPartial
	}
	return m.move(ctx, j, o, to, "verify", fill(why, strings.Join(named, ", ")))
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
