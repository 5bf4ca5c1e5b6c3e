package decide

import (
	"testing"

	"github.com/yagura-project/yagura/event"
)

// An alert whose rule says propose makes a person be asked, though the policy only watches; the guards hold.
func TestAskedByAnotherProduct(t *testing.T) {
	for name, c := range map[string]struct {
		finding event.Finding
		roles   []string
		want    event.OrderState
	}{
		"a finding alone":   {event.Finding{}, nil, event.OrderObserved},
		"asked":             {event.Finding{Propose: true}, nil, event.OrderAwaitingApproval},
		"asked, taken back": {event.Finding{Propose: true, Excepted: event.Text{JA: "例外", EN: "excepted"}}, nil, event.OrderObserved},
		"never touched":     {event.Finding{Propose: true}, []string{"dc"}, event.OrderDenied},
	} {
		t.Run(name, func(t *testing.T) {
			clock = saturday
			r := open(t, newMemory(), func(c *Config) { c.Rules = nil })
			inc := casefile(1, 8)
			inc.Device.Roles, inc.Findings = c.roles, []event.Finding{c.finding}
			d := r.consider(t, inc)
			if d.Order == nil || d.Order.State != c.want || r.hands.kicks != 0 {
				t.Errorf("%+v, want %s and nothing done by itself", d, c.want)
			}
		})
	}
}
