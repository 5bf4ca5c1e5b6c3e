package act

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// observe holds what the sensor saw against the order.
func (m *Manager) observe(ctx context.Context, j *job) error {
	m.eyes.Lock()
	w := m.watches[j.order.UID]
	if w == nil {
		m.eyes.Unlock()
		return nil
	}
	since := m.Now().Add(-max(m.cfg.VerifyFor-m.cfg.Settle, m.cfg.Settle)) // what was on its way at first does not pass still
	last, attempts, partly, named := w.lastPass, w.attempts, w.partly(since), w.passing(since)
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
	case silent:
		why, sees := m.sees(j, quiet.Add(m.cfg.Settle))
		if !sees && !late {
			return nil // it may be the sensor that is silent, or what passes has not reached it yet
		}
		if !sees {
			j.blind = true
			return m.keep(ctx, j, event.OrderApplied, "verify", why)
		}
		return m.fellSilent(ctx, j, last, attempts)
	case late:
		return m.stillTalks(ctx, j, partly, named)
	}
	return nil
}

// stillBlind reports whether an order that could not be verified cannot be yet.
func (m *Manager) stillBlind(j *job) bool {
	if !j.blind {
		return false
	}
	_, sees := m.sees(j, j.quiet.Add(m.cfg.Settle))
	return !sees
}

// fellSilent ends the verification of a machine that the sensor saw silent: by its answers to Yagura's own question, if there are any.
func (m *Manager) fellSilent(ctx context.Context, j *job, last time.Time, attempts int) error {
	switch o, answers, ready := m.probe(ctx, j); {
	case !ready:
		return nil
	case len(answers) > 0:
		return m.answered(ctx, j, o, answers)
	default:
		return m.verified(ctx, j, o, last, attempts)
	}
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
