package decide

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Would is what this policy would have done about one earlier incident.
type Would struct {
	Incident string       `json:"incident"`
	Number   string       `json:"number,omitempty"`
	Device   event.Device `json:"device"`
	Time     time.Time    `json:"time"`
	Mode     event.Mode   `json:"mode,omitempty"` // "" = nothing would have been proposed
	Rule     string       `json:"rule,omitempty"`
	Refused  event.Text   `json:"refused,omitzero"` // the guard that would have refused it
	False    bool         `json:"false,omitempty"`  // people judged the case false
}

// Isolates reports whether the machine would have been cut off without asking anybody.
func (w Would) Isolates() bool { return w.Mode == event.ModeAuto && w.Refused == (event.Text{}) }

// Backtest holds earlier incidents against the policy as it is now, oldest
// first: "in the last 30 days this policy would have isolated these". Each is
// judged at its own last moment, by the calendar of that day and with the caps
// counted over the incidents given; nothing is recorded. The age of who has an
// address cannot be judged afterwards and is taken as good.
func (e *Engine) Backtest(incidents []event.Incident) []Would {
	past := slices.Clone(incidents)
	slices.SortStableFunc(past, func(a, b event.Incident) int { return a.Last.Compare(b.Last) })
	var out []Would
	var done []time.Time
	for _, inc := range past {
		v := e.policy.judge(inc.Device, inc.HostSeverity, inc.Last)
		w := Would{Incident: inc.UID, Number: inc.Number, Device: inc.Device, Time: inc.Last, Mode: v.mode, Rule: v.rule, False: inc.State == event.IncidentFalsePositive}
		if v.mode != "" {
			w.Refused = e.wouldRefuse(inc.Device)
		}
		if two := e.twoGuard(inc.Device); w.Isolates() && !two.OK {
			w.Mode, w.Refused = event.ModeApprove, two.Text
		}
		if w.Isolates() {
			done = slices.DeleteFunc(done, func(t time.Time) bool { return !t.After(inc.Last.Add(-time.Hour)) })
			if len(done) >= e.policy.Caps.PerHour {
				w.Mode, w.Refused = event.ModeApprove, fill(textCapHour, e.policy.Caps.PerHour)
			} else {
				done = append(done, inc.Last)
			}
		}
		out = append(out, w)
	}
	return out
}

func (e *Engine) wouldRefuse(d event.Device) event.Text {
	ips := targets(d)
	for _, g := range []Guard{addressGuard(ips, d.MAC), e.neverGuard(d, ips), identityGuard(d)} {
		if !g.OK {
			return g.Text
		}
	}
	return event.Text{}
}
