package decide

import (
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
