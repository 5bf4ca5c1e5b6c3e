package monthly

import (
	"fmt"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report/paper"
)

func (v voice) ranking(f facts) []paper.Block {
	t := paper.Table{Empty: v.say("rank.none"), Columns: []paper.Column{{Title: v.say("list.machine"), Weight: 3}, {Title: v.say("rank.place"), Weight: 4.4},
		{Title: v.say("rank.worst"), Weight: 2.1, Right: true}, {Title: v.say("rank.cases"), Weight: 1.2, Right: true}, {Weight: 2}, {Title: v.say("rank.last"), Weight: 2, Tight: true}}}
	ranks := rank(f.cases)
	most := 1
	for _, r := range ranks {
		most = max(most, r.cases)
	}
	for _, r := range ranks[:min(mostRanked, len(ranks))] {
		ip := ""
		if r.device.IP.IsValid() {
			ip = r.device.IP.String()
		}
		t.Rows = append(t.Rows, []paper.Cell{{Text: r.device.Name(), Sub: ip}, paper.T(join(r.device.Department, r.device.Place)),
			{Text: fmt.Sprint(r.worst), Strong: true, Tone: grave(r.worst)}, paper.T(paper.Number(r.cases)),
			{IsBar: true, Bar: float64(r.cases) / float64(most)}, paper.T(v.minute(r.last.Time))})
	}
	return []paper.Block{paper.Heading{Text: v.say("rank")}, t}
}

func (v voice) isolations(f facts) []paper.Block {
	note := v.say("orders.note")
	if len(f.orders) > mostOrders {
		note = v.say("orders.part", len(f.orders), mostOrders) + " " + note
	}
	t := paper.Table{Empty: v.say("orders.none"), Columns: []paper.Column{{Title: v.say("list.machine"), Weight: 2.8}, {Title: v.say("orders.applied"), Weight: 2.3, Tight: true},
		{Title: v.say("orders.verified"), Weight: 2.3, Tight: true}, {Title: v.say("orders.silence"), Weight: 1.5, Right: true}, {Title: v.say("orders.released"), Weight: 2.3, Tight: true},
		{Title: v.say("orders.who"), Weight: 1.8}, {Title: v.say("orders.result"), Weight: 1.9}}}
	for _, o := range f.orders[:min(mostOrders, len(f.orders))] {
		silence := v.say("none.value")
		if isVerified(o) {
			silence = fmt.Sprintf("%.1f", float64(o.SilenceMS)/1000) + v.of(event.Text{JA: "秒", EN: " s"})
		}
		result := paper.T(v.of(orderStates[o.State]))
		if hasFailed(o) || o.State == event.OrderFailed {
			result.Strong, result.Tone = true, paper.Bad
		}
		t.Rows = append(t.Rows, []paper.Cell{{Text: o.Target.Name(), Sub: o.Target.Department}, paper.T(v.clock(o.AppliedAt)), paper.T(v.clock(o.VerifiedAt)),
			paper.T(silence), paper.T(v.clock(o.ReleasedAt)), paper.T(v.decider(o)), result})
	}
	if len(f.orders) == 0 {
		note = ""
	}
	return []paper.Block{paper.Heading{Text: v.say("orders"), Note: note}, t}
}

func (v voice) decider(o event.Order) string {
	who := o.Approved
	if who == "" {
		who = o.Requested
	}
	if who == "policy" || who == "" {
		return v.say("orders.policy")
	}
	return who
}
