package decide

import (
	"context"
	"fmt"

	"github.com/yagura-project/yagura/event"
)

const byPolicy = "policy"

// Decision is the answer to an incident: an order, or none and why.
type Decision struct {
	Order *event.Order // nil: nothing is done
	Why   event.Text
	Rule  string // the rule that fitted, "" = none
	// Outbreak is the order for the whole zone that the machine is part of: people are told of that one, once. "" = none.
	Outbreak string
}

// Consider decides about the machine of an incident. It may be called again for
// every change of the incident: one machine never gets a second order.
func (e *Engine) Consider(ctx context.Context, inc event.Incident) (Decision, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := asked(e.policy.judge(inc.Device, inc.HostSeverity, e.Now()), inc)
	none := func(why event.Text) (Decision, error) { return e.decline(ctx, inc, v, why) }
	switch {
	case !inc.State.Open():
		return none(textClosedCase)
	case v.mode == "":
		return none(fill(textBelow, inc.HostSeverity))
	}
	all, err := e.open(ctx)
	if err != nil {
		return Decision{}, err
	}
	open := openFor(all, inc.Device)
	if open != nil && open.Segment != "" && !standing(*open) {
		d, _, err := e.partOf(ctx, inc, v, *open)
		return d, err
	}
	if open != nil {
		if open.Segment == "" && open.State == event.OrderAwaitingApproval && len(open.Approvals) == 0 && v.mode == event.ModeAuto && open.Requested == byPolicy {
			return e.promote(ctx, *open, inc.Device, v, all)
		}
		return none(fill(textAlready, open.UID))
	}
	past, err := e.settled(ctx, inc, v)
	switch {
	case err != nil:
		return Decision{}, err
	case past.why != (event.Text{}):
		return none(past.why)
	}
	if d, ok, err := e.outbreak(ctx, inc, v); ok || err != nil {
		return d, err
	}
	return e.propose(ctx, inc, v, past.refused, all)
}

// propose makes the order and takes it as far as the policy and the guards
// allow. What a guard refuses is recorded as an order once a case (refused);
// the next time the guards are asked again, for what they know may have changed.
func (e *Engine) propose(ctx context.Context, inc event.Incident, v verdict, refused bool, open []event.Order) (Decision, error) {
	guards, err := e.guardsAmong(ctx, inc.Device, "", open)
	if err != nil {
		return Decision{}, err
	}
	hard, soft := refusal(guards, false), refusal(guards, true)
	if hard != nil && refused {
		return e.decline(ctx, inc, v, hard.Text)
	}
	o := e.order(inc.Device, inc.UID, v)
	o.Header = inc.Header
	o.UID, o.Time, o.Seen, o.Zone = e.NewUID(), e.Now().UTC(), e.Now().UTC(), inc.Device.Zone
	o.Requested, o.Destinations = byPolicy, destinations(inc)
	o.Reason = fill(textProposed, inc.Title, inc.HostSeverity, ruleText(v))
	to, who, why := event.OrderObserved, byPolicy, textObserved
	switch {
	case hard != nil:
		to, who, why = event.OrderDenied, "guard", hard.Text
	case v.mode == event.ModeApprove:
		to, why = event.OrderAwaitingApproval, textAwaiting
	case v.mode == event.ModeAuto && soft != nil:
		to, who, why = event.OrderAwaitingApproval, "guard", soft.Text
	case v.mode == event.ModeAuto:
		to, why = event.OrderApproved, fill(textByPolicy, v.name())
	}
	if to != event.OrderDenied {
		no, err := e.rehearse(ctx, &o)
		switch {
		case err != nil:
			return Decision{}, err
		case no != nil:
			to, who, why = event.OrderDenied, "guard", no.Text
		}
	}
	o.Approved = ""
	if to == event.OrderApproved {
		o.Approved = byPolicy
	}
	if err := e.put(ctx, &o, to, who, why, actionOf(to)); err != nil {
		return Decision{}, err
	}
	if to == event.OrderApproved {
		e.kick()
	}
	return Decision{Order: &o, Why: why, Rule: v.rule}, nil
}

// promote lets the policy answer what waits for a person, when by now it may:
// the town hall has closed, or the case has become worse.
func (e *Engine) promote(ctx context.Context, o event.Order, d event.Device, v verdict, open []event.Order) (Decision, error) {
	e.retarget(&o, e.asKnownNow(ctx, d))
	guards, err := e.guardsAmong(ctx, o.Target, o.UID, open)
	if err != nil {
		return Decision{}, err
	}
	if r := refusal(guards, true); r != nil {
		return Decision{Why: r.Text, Rule: v.rule}, nil
	}
	o.Mode, o.Approved, o.Expires = v.mode, byPolicy, e.Now().UTC().Add(v.lifetime)
	why := fill(textByPolicy, v.name())
	if err := e.put(ctx, &o, event.OrderApproved, byPolicy, why, "approve"); err != nil {
		return Decision{}, err
	}
	e.kick()
	return Decision{Order: &o, Why: why, Rule: v.rule}, nil
}

// open are all orders that are, or may yet become, an isolation.
func (e *Engine) open(ctx context.Context) ([]event.Order, error) {
	open, err := e.Ledger.Orders(ctx, event.OrderFilter{States: event.OpenStates(), Limit: 10_000})
	if err != nil {
		return nil, fmt.Errorf("read open orders: %w", err)
	}
	return open, nil
}

// openFor finds the order that is already at work for the machine.
func openFor(open []event.Order, d event.Device) *event.Order {
	for i := range open {
		if sameMachine(d, open[i]) {
			return &open[i]
		}
	}
	return nil
}

// past is what the earlier, finished orders of a machine say about a new one.
type past struct {
	why     event.Text // nothing new is proposed, and why; empty = it may be
	refused bool       // a guard has refused it in this case before
}

func (e *Engine) settled(ctx context.Context, inc event.Incident, v verdict) (past, error) {
	if inc.Device.UID == "" {
		return past{}, nil // an empty filter would ask for everybody's orders
	}
	orders, err := e.Ledger.Orders(ctx, event.OrderFilter{Device: inc.Device.UID, Limit: 100})
	if err != nil {
		return past{}, fmt.Errorf("read earlier orders: %w", err)
	}
	var p past
	for _, o := range orders {
		if len(o.History) == 0 {
			continue
		}
		last := o.History[len(o.History)-1]
		person := last.Who != "guard" && last.Who != "expiry" && last.Who != byPolicy
		until := last.Time.Add(e.policy.Grace)
		switch {
		case (o.State == event.OrderReleased || o.State == event.OrderDenied) && releasedByPerson(o, person) && e.Now().Before(until):
			return past{why: fill(textSettled, last.Time, until)}, nil
		case o.Incident != inc.UID:
		case o.State == event.OrderObserved && !stronger(v.mode, o.Mode):
			return past{why: textRehearsed}, nil
		case o.State == event.OrderDenied && last.Who == "guard":
			p.refused = true
		}
	}
	return p, nil
}

func releasedByPerson(o event.Order, person bool) bool {
	return person || o.State == event.OrderReleased
}

// decline records why nothing is done, once for each reason.
func (e *Engine) decline(ctx context.Context, inc event.Incident, v verdict, why event.Text) (Decision, error) {
	d := Decision{Why: why, Rule: v.rule}
	if e.declined[inc.UID] == why.JA {
		return d, nil
	}
	if err := e.audit(ctx, byPolicy, "none", inc.UID, inc.Device.Name()+": "+why.In("ja")); err != nil {
		return d, err
	}
	if len(e.declined) >= maxDeclined {
		clear(e.declined)
	}
	e.declined[inc.UID] = why.JA
	return d, nil
}

func (e *Engine) order(d event.Device, incident string, v verdict) event.Order {
	o := event.Order{Incident: incident, Target: d, IPs: targets(d), MAC: d.MAC, Mode: v.mode, State: event.OrderProposed,
		Expires: e.Now().UTC().Add(v.lifetime)}
	if e.Actor != nil {
		o.Enforcers = e.Actor.Enforcers()
	}
	return o
}

func actionOf(to event.OrderState) string {
	switch to {
	case event.OrderObserved:
		return "observe"
	case event.OrderDenied:
		return "deny"
	case event.OrderAwaitingApproval:
		return "propose"
	}
	return "isolate"
}

func (v verdict) name() string {
	if v.rule == "" {
		return "既定"
	}
	return v.rule
}

func ruleText(v verdict) event.Text {
	return event.Text{JA: "方針：" + v.name(), EN: "rule: " + v.name()}
}
