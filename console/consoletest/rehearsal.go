package consoletest

import (
	"context"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// Rehearse holds the town's past cases against a policy that acts at night from severity 6 on.
func (t *Town) Rehearse(ctx context.Context, who string, days int, accept bool, why string) (console.Rehearsal, error) {
	now := t.now().UTC()
	r := console.Rehearsal{From: now.AddDate(0, 0, -days), Until: now, Would: []console.WouldHave{}, Auto: true, Policy: []string{
		"1. 夜間・休日は自動 危険度 6 以上・夜間・休日: 自動で切り離します", "2. 開庁時間は承認 危険度 6 以上・開庁時間: 人が承認したら切り離します", "それ以外: 記録するだけで、切り離しません",
		"切り離しは 8時間 で自動的に終わります。自動は 1 時間に 10 台、ゾーンの 5% までです。"}}
	cases, err := t.Incidents(ctx, event.IncidentFilter{Since: r.From, Until: r.Until})
	if err != nil {
		return r, err
	}
	r.Cases = len(cases)
	for n, i := range cases {
		w := console.WouldHave{Incident: i.UID, Number: i.Number, Machine: i.Device.Name(), Time: i.Last, Auto: n%3 == 0, False: i.State == event.IncidentFalsePositive, Rule: "夜間・休日は自動"}
		switch {
		case t.Never[i.Device.UID]:
			r.Refused++
			continue
		case i.HostSeverity < 3:
			continue
		case w.False || w.Auto:
			w.Auto = true
			r.Machines++
			if w.False {
				r.False++
			}
		default:
			r.Asked++
			w.Rule, w.Why = "開庁時間は承認", event.Text{JA: "開庁時間のため", EN: "office hours"}
		}
		r.Would = append(r.Would, w)
	}
	if accept {
		t.mu.Lock()
		t.accepted, t.acceptedAt = who, now
		t.mu.Unlock()
		_ = t.AppendAudit(ctx, event.Audit{Time: now, Who: who, Action: "rehearsal", Detail: why})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Accepted, r.At = t.accepted, t.acceptedAt
	return r, nil
}
