package monthly

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
)

// serious is the host severity from which a case is called serious (ROWS D8: C&C found, or worse).
const serious = 8

// facts is all that the report tells, before it is put into words.
type facts struct {
	period report.Period
	now    time.Time
	town   string

	cases, before   []event.Incident // newest first
	orders, ordered []event.Order    // of this period and of the one before, newest first
	standing        []event.Order    // in force now, whenever decided
	sensors         []sensor
	traffic         []float64 // bytes in each bucket of the period
	watched         time.Duration
	known           time.Duration // how much of the period has passed
	top             event.Table
	topErr          error
	auditSeq        int64
	auditHash       string
}

func gather(ctx context.Context, src report.Source, p report.Period, now time.Time) (facts, error) {
	f := facts{period: p, now: now}
	var err error
	if f.town, err = report.Town(ctx, src); err != nil {
		return f, err
	}
	if f.cases, err = allCases(ctx, src, p); err != nil {
		return f, err
	}
	if f.before, err = allCases(ctx, src, p.Before()); err != nil {
		return f, err
	}
	if f.orders, err = allOrders(ctx, src, event.OrderFilter{Since: p.From, Until: p.Until}); err != nil {
		return f, err
	}
	b := p.Before()
	if f.ordered, err = allOrders(ctx, src, event.OrderFilter{Since: b.From, Until: b.Until}); err != nil {
		return f, err
	}
	open := event.StandingStates(event.OrderAwaitingApproval)
	if f.standing, err = allOrders(ctx, src, event.OrderFilter{States: open, Until: p.Until}); err != nil {
		return f, err
	}
	if err := f.sense(ctx, src); err != nil {
		return f, err
	}
	if f.auditSeq, f.auditHash, err = src.AuditHead(ctx); err != nil {
		return f, fmt.Errorf("read ledger: %w", err)
	}
	f.top, f.topErr = src.Hunt(ctx, "destinations", map[string]string{
		"from": p.From.Format(time.RFC3339), "to": p.Until.Format(time.RFC3339), "limit": "10"})
	return f, nil
}

// page is how many values are asked for at once: the most that the store gives.
const page = 10_000

func allCases(ctx context.Context, src report.Source, p report.Period) (all []event.Incident, err error) {
	for {
		part, err := src.Incidents(ctx, event.IncidentFilter{Whole: true, Since: p.From, Until: p.Until, Limit: page, Offset: len(all)})
		if err != nil {
			return nil, fmt.Errorf("read incidents: %w", err)
		}
		for i := range part {
			all = append(all, light(part[i]))
		}
		if len(part) < page {
			return all, nil
		}
	}
}

// light drops what the report does not tell, so that thousands of cases fit into memory.
func light(i event.Incident) event.Incident {
	var worst []event.Finding
	for _, f := range i.Findings {
		if len(worst) == 0 || f.Severity > worst[0].Severity {
			worst = []event.Finding{{Advisory: event.Advisory{Threat: f.Advisory.Threat}, Severity: f.Severity}}
		}
	}
	i.Findings, i.Timeline, i.Story = worst, nil, event.Text{}
	return i
}

func allOrders(ctx context.Context, src report.Source, f event.OrderFilter) (all []event.Order, err error) {
	f.Limit = page
	for {
		f.Offset = len(all)
		part, err := src.Orders(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("read orders: %w", err)
		}
		for i := range part {
			part[i].Receipts, part[i].History = nil, nil
		}
		all = append(all, part...)
		if len(part) < page {
			return all, nil
		}
	}
}

func isSerious(i event.Incident) bool { return i.HostSeverity >= serious }
func isOpen(i event.Incident) bool    { return i.State.Open() }
func isCut(o event.Order) bool        { return !o.AppliedAt.IsZero() }
func isVerified(o event.Order) bool   { return !o.VerifiedAt.IsZero() }
func isRehearsed(o event.Order) bool  { return o.State == event.OrderObserved }
func hasFailed(o event.Order) bool {
	return o.State == event.OrderIneffective || o.State == event.OrderPartial
}

func count[T any](list []T, is func(T) bool) (n int) {
	for _, v := range list {
		if is(v) {
			n++
		}
	}
	return n
}

// noticed is how long it took from the first sign of a case to its notice.
func noticed(cases []event.Incident) (all []time.Duration) {
	for _, i := range cases {
		if d := i.Time.Sub(i.First); !i.First.IsZero() && !i.Time.IsZero() && d >= 0 {
			all = append(all, d)
		}
	}
	return all
}

// stopped is how long it took from the notice of a case until its machine was silent.
func stopped(cases []event.Incident, orders []event.Order) (all []time.Duration) {
	for _, i := range cases {
		if o, ok := cutOf(i, orders); ok && isVerified(o) && !i.Time.IsZero() && o.VerifiedAt.After(i.Time) {
			all = append(all, o.VerifiedAt.Sub(i.Time))
		}
	}
	return all
}

// cutOf finds the first isolation that was carried out for a case; orders are newest first.
func cutOf(i event.Incident, orders []event.Order) (event.Order, bool) {
	for _, o := range slices.Backward(orders) {
		if o.Incident == i.UID && isCut(o) {
			return o, true
		}
	}
	return event.Order{}, false
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
