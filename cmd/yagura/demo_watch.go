package main

import (
	"context"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// demoLedger is what the demo reads of the running Yagura; store.State satisfies it.
type demoLedger interface {
	Findings(context.Context, event.FindingFilter) ([]event.Finding, error)
	Incidents(context.Context, event.IncidentFilter) ([]event.Incident, error)
	Orders(context.Context, event.OrderFilter) ([]event.Order, error)
}

// demoWatch tells what Yagura finds and does, as it happens.
type demoWatch struct {
	ledger demoLedger
	say    *teller
	told   map[string]bool // finding UIDs, and orders by UID and state
	orders chan event.Order
	alert  time.Time // when the newest finding was made known
}

func newDemoWatch(l demoLedger, say *teller) *demoWatch {
	return &demoWatch{ledger: l, say: say, told: map[string]bool{}, orders: make(chan event.Order, 64)}
}

// run looks every 50 ms until ctx ends. Each order is also sent to orders once a state.
func (w *demoWatch) run(ctx context.Context) {
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
			w.look(ctx)
		}
	}
}

func (w *demoWatch) look(ctx context.Context) {
	findings, err := w.ledger.Findings(ctx, event.FindingFilter{Limit: 50})
	if err != nil {
		return // the next look will tell
	}
	for _, f := range slices.Backward(findings) {
		if !w.told["f:"+f.UID] {
			w.told["f:"+f.UID] = true
			w.say.yagura(f.Seen, wordsFound, whose(f.Device), f.Advisory.Title.In("ja"))
			w.alert = f.Seen
		}
	}
	orders, err := w.ledger.Orders(ctx, event.OrderFilter{Limit: 20})
	if err != nil {
		return
	}
	for _, o := range slices.Backward(orders) {
		w.order(o)
	}
}

// order tells each step of an order once, those that passed between two looks too.
func (w *demoWatch) order(o event.Order) {
	for _, t := range o.History {
		key := "o:" + o.UID + string(t.To)
		if w.told[key] {
			continue
		}
		w.told[key] = true
		if text, ok := wordsOrder[t.To]; ok {
			w.say.yagura(t.Time, text, whose(o.Target))
		}
	}
	key := "now:" + o.UID + string(o.State)
	if w.told[key] {
		return
	}
	w.told[key] = true
	select {
	case w.orders <- o:
	default: // nobody reads after --once
	}
}

// wait returns the first order that reaches one of the states.
func (w *demoWatch) wait(ctx context.Context, states ...event.OrderState) (event.Order, error) {
	for {
		select {
		case <-ctx.Done():
			return event.Order{}, ctx.Err()
		case o := <-w.orders:
			if slices.Contains(states, o.State) {
				return o, nil
			}
		}
	}
}

// whose names a device as people of the town hall would.
func whose(d event.Device) string {
	name := d.Hostname
	if name == "" && d.IP.IsValid() {
		name = d.IP.String()
	}
	if d.Department != "" {
		return d.Department + "の " + name
	}
	return name
}
