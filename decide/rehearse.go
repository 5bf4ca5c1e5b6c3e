package decide

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// maxPlanned bounds what is kept of one enforcer's plan; a segment has thousands of lines.
const maxPlanned = 20

// rehearse asks every enforcer what it would send for the order, and keeps the
// answers with it: from proposed to rehearsed. Nothing is sent. The Refusal is
// that of all enforcers, where no other is left.
func (e *Engine) rehearse(ctx context.Context, o *event.Order) (*Refusal, error) {
	if e.Actor == nil {
		return nil, nil
	}
	commands, refused, _ := e.Actor.Plan(*o)
	lines := 0
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		plan := commands[name]
		lines += len(plan)
		r := event.Receipt{Time: e.Now().UTC(), Order: o.UID, Enforcer: name, Op: "plan", OK: true, Commands: plan}
		if len(plan) > maxPlanned {
			r.Commands = append(slices.Clone(plan[:maxPlanned]), fmt.Sprintf("… %d in all", len(plan)))
		}
		o.Receipts = append(o.Receipts, r)
	}
	for _, name := range slices.Sorted(maps.Keys(refused)) {
		o.Receipts = append(o.Receipts, event.Receipt{Time: e.Now().UTC(), Order: o.UID, Enforcer: name, Op: "plan", Detail: refused[name].In("ja")})
	}
	if err := e.put(ctx, o, event.OrderRehearsed, "act", fill(textPlanned, len(commands), lines, len(refused)), "rehearse"); err != nil {
		return nil, err
	}
	if len(commands) == 0 && len(refused) > 0 {
		name := slices.Min(slices.Collect(maps.Keys(refused)))
		return &Refusal{Guard: "enforcer_" + name, Text: refused[name]}, nil
	}
	return nil, nil
}

// Resume takes up the orders that a crash left between their steps: what was
// proposed or rehearsed is put before a person, or recorded where the policy
// only observes.
func (e *Engine) Resume(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	left, err := e.Ledger.Orders(ctx, event.OrderFilter{States: []event.OrderState{event.OrderProposed, event.OrderRehearsed}, Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read the orders that a crash left: %w", err)
	}
	for _, o := range left {
		to := event.OrderAwaitingApproval
		if o.Mode == event.ModeObserve {
			to = event.OrderObserved
		}
		if err := e.put(ctx, &o, to, "guard", textResumed, actionOf(to)); err != nil {
			return err
		}
	}
	return nil
}
