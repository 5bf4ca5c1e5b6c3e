package decide

import (
	"context"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Isolate is a person's wish to cut a machine off; lifetime 0 = as the policy
// says. The error is a *Refusal where a guard says no.
func (e *Engine) Isolate(ctx context.Context, who string, d event.Device, incident string, lifetime time.Duration, reason string) (event.Order, error) {
	if err := spoken(who, reason); err != nil {
		return event.Order{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	v := e.policy.judge(d, 10, e.Now())
	if lifetime > e.policy.Longest {
		return event.Order{}, &Refusal{Guard: "lifetime", Text: fill(textTooLong, e.policy.Longest)}
	}
	if lifetime > 0 {
		v.lifetime = lifetime
	}
	guards, err := e.guards(ctx, d, "")
	if err != nil {
		return event.Order{}, err
	}
	if r := refusal(guards, false); r != nil {
		return event.Order{}, e.refuse(ctx, who, d, r)
	}
	v.mode = event.ModeApprove
	o := e.order(d, incident, v)
	o.UID, o.Time, o.Seen, o.Zone = e.NewUID(), e.Now().UTC(), e.Now().UTC(), d.Zone
	o.Requested, o.Reason = who, event.Text{JA: reason, EN: reason}
	if e.policy.TwoPeople {
		return o, e.put(ctx, &o, event.OrderAwaitingApproval, who, textAskedBy, "propose")
	}
	o.Approved = who
	err = e.put(ctx, &o, event.OrderApproved, who, textAskedBy, "isolate")
	if err == nil {
		e.kick()
	}
	return o, err
}

// refuse writes the refusal of a person's wish into the ledger and gives it back as the error.
func (e *Engine) refuse(ctx context.Context, who string, d event.Device, r *Refusal) error {
	if err := e.audit(ctx, who, "refused", d.UID, d.Name()+": "+r.Text.In("ja")); err != nil {
		return err
	}
	return r
}

// Approve lets a proposed order be carried out. The guards are asked again: who
// has the address may have changed since.
func (e *Engine) Approve(ctx context.Context, who, uid, reason string) (event.Order, error) {
	if err := spoken(who, "-"); err != nil {
		return event.Order{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	o, err := e.Ledger.Order(ctx, uid)
	if err != nil {
		return o, err
	}
	switch {
	case o.State != event.OrderAwaitingApproval && o.State != event.OrderProposed:
		return o, wrongState(o)
	case e.Now().Sub(o.Time) >= e.policy.AskWithin:
		return o, e.put(ctx, &o, event.OrderExpired, "expiry", textLapsed, "lapse")
	case e.policy.TwoPeople && who == o.Requested:
		return o, &Refusal{Guard: "two_people", Text: textSamePerson}
	}
	e.retarget(&o, e.asKnownNow(ctx, o.Target))
	guards, err := e.guards(ctx, o.Target, o.UID)
	if err != nil {
		return o, err
	}
	if r := refusal(guards, false); r != nil {
		return o, e.refuse(ctx, who, o.Target, r)
	}
	// The lifetime counts from the approval, not from the proposal.
	o.Expires = e.Now().UTC().Add(o.Expires.Sub(o.Time))
	o.Approved = who
	err = e.put(ctx, &o, event.OrderApproved, who, said(textByPerson, reason), "approve")
	if err == nil {
		e.kick()
	}
	return o, err
}

// asKnownNow asks for the machine again, by its UID; without an answer it is as it was.
func (e *Engine) asKnownNow(ctx context.Context, d event.Device) event.Device {
	if e.Device == nil || d.UID == "" {
		return d
	}
	now, err := e.Device(ctx, d.UID)
	if err != nil {
		return d
	}
	return now
}

func (e *Engine) retarget(o *event.Order, d event.Device) {
	o.Target, o.IPs, o.MAC = d, targets(d), d.MAC
}

// Deny ends a proposal; for Config.Grace nothing automatic is proposed for the machine.
func (e *Engine) Deny(ctx context.Context, who, uid, reason string) (event.Order, error) {
	if err := spoken(who, "-"); err != nil {
		return event.Order{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	o, err := e.Ledger.Order(ctx, uid)
	if err != nil {
		return o, err
	}
	if o.State != event.OrderAwaitingApproval && o.State != event.OrderProposed {
		return o, wrongState(o)
	}
	return o, e.put(ctx, &o, event.OrderDenied, who, said(textDeniedBy, reason), "deny")
}

// Release ends an isolation before it expires: the Actor undoes it and verifies that.
func (e *Engine) Release(ctx context.Context, who, uid, reason string) (event.Order, error) {
	if err := spoken(who, reason); err != nil {
		return event.Order{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	o, err := e.Ledger.Order(ctx, uid)
	if err != nil {
		return o, err
	}
	switch {
	case o.State == event.OrderAwaitingApproval || o.State == event.OrderProposed:
		return o, e.put(ctx, &o, event.OrderDenied, who, said(textWithdrawn, reason), "deny")
	case o.State.Terminal():
		return o, wrongState(o)
	case e.Actor == nil:
		return o, e.put(ctx, &o, event.OrderReleased, who, said(textWithdrawn, reason), "release")
	}
	if err := e.audit(ctx, who, "release", uid, o.Target.Name()+": "+reason); err != nil {
		return o, err
	}
	return e.Actor.Release(ctx, uid, who, event.Text{JA: reason, EN: reason})
}

func spoken(who, reason string) error {
	switch {
	case strings.TrimSpace(who) == "":
		return &Refusal{Guard: "who", Text: textNobody}
	case strings.TrimSpace(reason) == "":
		return &Refusal{Guard: "reason", Text: textNoReason}
	}
	return nil
}

func wrongState(o event.Order) error {
	return &Refusal{Guard: "state", Text: fill(textWrongState, string(o.State))}
}

// said adds a person's own words to a sentence.
func said(t event.Text, reason string) event.Text {
	if strings.TrimSpace(reason) == "" {
		return t
	}
	return event.Text{JA: t.JA + "：" + reason, EN: t.EN + ": " + reason}
}
