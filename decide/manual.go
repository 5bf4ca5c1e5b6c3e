package decide

import (
	"context"
	"errors"
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
		return event.Order{}, e.refuse(ctx, who, d, &Refusal{Guard: "lifetime", Text: fill(textTooLong, e.policy.Longest)})
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
	return e.ask(ctx, who, o, reason)
}

// ask has a person's wish rehearsed, and carries it out or, where two people must want it, awaits the other.
func (e *Engine) ask(ctx context.Context, who string, o event.Order, reason string) (event.Order, error) {
	no, err := e.rehearse(ctx, &o)
	switch {
	case err != nil:
		return o, err
	case no != nil:
		return o, errors.Join(e.refuse(ctx, who, o.Target, no), e.put(ctx, &o, event.OrderDenied, "guard", no.Text, "deny"))
	case e.needsTwo(o):
		o.Approvals = []event.Approval{{Who: who, Time: e.Now().UTC(), Why: reason}}
		return o, e.put(ctx, &o, event.OrderAwaitingApproval, who, textAskedTwo, "propose")
	case e.policy.TwoPeople:
		return o, e.put(ctx, &o, event.OrderAwaitingApproval, who, textAskedBy, "propose")
	}
	o.Approved = who
	if err = e.put(ctx, &o, event.OrderApproved, who, textAskedBy, "isolate"); err == nil {
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
	case e.policy.TwoPeople && samePerson(who, o.Requested):
		return o, e.refuse(ctx, who, o.Target, &Refusal{Guard: "two_people", Text: textSamePerson})
	}
	guards, err := e.guardsNow(ctx, &o)
	if err != nil {
		return o, err
	}
	if r := refusal(guards, false); r != nil {
		return o, e.refuse(ctx, who, o.Target, r)
	}
	if e.needsTwo(o) {
		if enough, err := e.sign(ctx, &o, who, reason); err != nil || !enough {
			return o, err
		}
	}
	// The lifetime counts from the approval, not from the proposal.
	o.Expires = e.Now().UTC().Add(o.Expires.Sub(o.Time))
	o.Approved = approvers(o, who)
	err = e.put(ctx, &o, event.OrderApproved, who, said(textByPerson, reason), "approve")
	if err == nil {
		e.kick()
	}
	return o, err
}

// guardsNow asks the guards of an order that waited, about the machine as it is known now.
func (e *Engine) guardsNow(ctx context.Context, o *event.Order) ([]Guard, error) {
	if o.Segment != "" {
		return e.segmentGuards(ctx, *o)
	}
	e.retarget(o, e.asKnownNow(ctx, o.Target))
	return e.guards(ctx, o.Target, o.UID)
}

// approvers names all who said yes.
func approvers(o event.Order, who string) string {
	var names []string
	for _, a := range o.Approvals {
		names = append(names, a.Who)
	}
	if len(names) == 0 {
		return who
	}
	return strings.Join(names, ", ")
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
