package decide

import (
	"slices"

	"github.com/yagura-project/yagura/event"
)

// askedBy names the rule where a registered product's alert asks for a person's decision.
const askedBy = "外部の警報"

// asked raises a verdict to a proposal where a finding of the case asks for one. It never makes anything automatic, and
// the guards hold as for every other order.
func asked(v verdict, inc event.Incident) verdict {
	if stronger(v.mode, event.ModeObserve) || !slices.ContainsFunc(inc.Findings, func(f event.Finding) bool {
		return f.Propose && f.Excepted == (event.Text{})
	}) {
		return v
	}
	v.mode, v.rule = event.ModeApprove, askedBy
	return v
}
