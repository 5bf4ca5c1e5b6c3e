package decide

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Outbreak says from when on a zone is decided about as a whole.
type Outbreak struct {
	Machines int           `yaml:"machines"` // so many machines of one zone within Within; 0 = never
	Within   time.Duration `yaml:"within"`   // 1 m–1 d
}

// outbreak proposes the whole zone where many of its machines show something at
// the same time, once: further machines are part of that proposal, and nobody
// is asked about each. ok is false while it is a matter of single machines.
func (e *Engine) outbreak(ctx context.Context, inc event.Incident, v verdict) (d Decision, ok bool, err error) {
	rule := e.policy.Outbreak
	if rule.Machines == 0 || e.Segment == nil || inc.Device.Zone == "" || v.mode == event.ModeObserve {
		return d, false, nil
	}
	recent, err := e.Ledger.Orders(ctx, event.OrderFilter{Since: e.Now().Add(-max(rule.Within, e.policy.Grace)), Limit: 10_000})
	if err != nil {
		return d, false, fmt.Errorf("count the orders of the zone: %w", err)
	}
	name := Segment{Kind: "zone", Name: inc.Device.Zone}.String()
	machines, settled := map[string]bool{inc.Device.UID: true}, false
	for _, o := range recent {
		switch {
		case o.Segment == name && !o.State.Terminal():
			return e.partOf(ctx, inc, v, o)
		case o.Segment == name:
			settled = true // a person has answered it: it is about single machines again
		case o.Segment == "" && o.Target.Zone == inc.Device.Zone && o.Requested == byPolicy && o.Mode != event.ModeObserve &&
			o.Time.After(e.Now().Add(-rule.Within)):
			machines[o.Target.UID] = true
		}
	}
	if settled || len(machines) < rule.Machines {
		return d, false, nil
	}
	return e.proposeZone(ctx, inc, v, len(machines))
}

// partOf declines an order for a machine whose zone is decided about.
func (e *Engine) partOf(ctx context.Context, inc event.Incident, v verdict, whole event.Order) (Decision, bool, error) {
	d, err := e.decline(ctx, inc, v, fill(textInOutbreak, whole.UID))
	d.Outbreak = whole.UID
	return d, true, err
}

func (e *Engine) proposeZone(ctx context.Context, inc event.Incident, v verdict, machines int) (Decision, bool, error) {
	s, err := e.Segment("zone", inc.Device.Zone)
	if errors.Is(err, event.ErrNotFound) {
		return Decision{}, false, nil
	}
	if err != nil {
		return Decision{}, false, err
	}
	o := e.segmentOrder(s, v.lifetime)
	o.Incident, o.Requested, o.Tenant, o.Site = inc.UID, byPolicy, inc.Tenant, inc.Site
	o.Reason = fill(textOutbreak, s.text(), machines)
	guards, err := e.segmentGuards(ctx, o)
	if err != nil {
		return Decision{}, false, err
	}
	if r := refusal(guards, false); r != nil {
		return Decision{}, false, nil // nothing of the zone may be cut: single machines are decided about
	}
	no, err := e.rehearse(ctx, &o)
	if err != nil {
		return Decision{}, false, err
	}
	to, who, why := event.OrderAwaitingApproval, byPolicy, o.Reason
	if no != nil {
		to, who, why = event.OrderDenied, "guard", no.Text
	}
	if err := e.put(ctx, &o, to, who, why, actionOf(to)); err != nil {
		return Decision{}, false, err
	}
	return Decision{Order: &o, Why: why, Rule: v.rule, Outbreak: o.UID}, no == nil, nil
}
