package decide

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

func TestBacktestOfAMonth(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	var past []event.Incident
	for n := range 12 { // a Saturday on which a dozen machines go bad within the hour
		inc := casefile(n+1, 9)
		inc.Last = saturday.Add(time.Duration(n) * time.Minute)
		past = append(past, inc)
	}
	day, dc, low := casefile(20, 9), casefile(21, 10), casefile(22, 5)
	day.Last, dc.Last, low.Last = friday, saturday.Add(-time.Hour), saturday
	dc.Device.Roles = []string{"dc"}
	got := map[string]int{}
	for _, w := range r.Backtest(append(past, day, dc, low)) {
		switch {
		case w.Isolates():
			got["isolated"]++
		case w.Mode == "":
			got["nothing"]++
		case w.Refused != (event.Text{}) && w.Mode == event.ModeAuto:
			got["refused"]++
		case w.Mode == event.ModeApprove:
			got["asked"]++
		}
	}
	if got["isolated"] != 10 || got["asked"] != 3 || got["refused"] != 1 || got["nothing"] != 1 || len(r.ledger.orders) != 0 {
		t.Errorf("%v, %d orders recorded", got, len(r.ledger.orders))
	}
}

// Nothing is automatic before a person has looked at what this policy would have done; a changed policy asks again.
func TestAutoWantsARehearsalFirst(t *testing.T) {
	clock = saturday
	ctx := context.Background()
	m := newMemory()
	unseen := func(c *Config) { c.Unrehearsed = false }
	r := open(t, m, unseen)
	if d := r.consider(t, casefile(1, 9)); d.Order.State != event.OrderAwaitingApproval || !strings.Contains(d.Why.EN, "yagura rehearse") {
		t.Fatalf("%s: %s", d.Order.State, d.Why.EN)
	}
	good, bad, worse := casefile(5, 9), casefile(6, 9), casefile(5, 9)
	good.Last, bad.Last, worse.Last = saturday, saturday.Add(time.Minute), saturday.Add(time.Hour)
	bad.State, worse.State = event.IncidentFalsePositive, event.IncidentFalsePositive
	past := []event.Incident{good, bad, worse}
	x, err := r.Rehearse(ctx, past, saturday.AddDate(0, 0, -30), saturday)
	if err != nil || x.Machines != 2 || x.False != 1 || x.Accepted != nil || len(m.orders) != 1 {
		t.Fatalf("%+v %v", x, err)
	}
	if err := r.Accept(ctx, "sato", "係内で確認", x); err != nil {
		t.Fatal(err)
	}
	r = open(t, m, unseen) // restarted
	if d := r.consider(t, casefile(2, 9)); d.Order.State != event.OrderApproved {
		t.Errorf("accepted: %s (%s)", d.Order.State, d.Why.EN)
	}
	r = open(t, m, func(c *Config) { c.Unrehearsed = false; c.Rules[0].Severity = 7 })
	if d := r.consider(t, casefile(3, 9)); d.Order.State != event.OrderAwaitingApproval {
		t.Errorf("another policy: %s", d.Order.State)
	}
	var no *Refusal
	if err := r.Accept(ctx, "sato", "係内で確認", x); !errors.As(err, &no) {
		t.Errorf("an old rehearsal was accepted for another policy: %v", err)
	}
}
