package decide

import (
	"context"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// needsTwo reports whether two people must want an order: a whole segment
// always, and machines with a role of Config.TwoFor.
func (e *Engine) needsTwo(o event.Order) bool {
	return o.Segment != "" || e.twoRole(o.Target) != ""
}

// twoRole is the role for which two people are wanted, "" = none.
func (e *Engine) twoRole(d event.Device) string {
	for _, role := range d.Roles {
		if slices.ContainsFunc(e.policy.TwoFor, func(want string) bool { return roleKey(want) == roleKey(role) }) {
			return role
		}
	}
	return ""
}

// twoGuard keeps what needs two people from being automatic.
func (e *Engine) twoGuard(d event.Device) Guard {
	if role := e.twoRole(d); role != "" {
		return Guard{Name: "two_approvals", Soft: true, Text: fill(textTwoRole, role)}
	}
	return Guard{Name: "two_approvals", Soft: true, OK: true, Text: textOneIsEnough}
}

// NeedsTwo reports whether isolating the machine takes two people's word.
func (e *Engine) NeedsTwo(d event.Device) bool { return e.policy.TwoPeople || e.twoRole(d) != "" }

// sign adds a person's approval. enough is false while another person is
// awaited; the same person never counts twice.
func (e *Engine) sign(ctx context.Context, o *event.Order, who, reason string) (enough bool, err error) {
	if slices.ContainsFunc(o.Approvals, func(a event.Approval) bool { return samePerson(a.Who, who) }) {
		return false, e.refuse(ctx, who, o.Target, &Refusal{Guard: "two_people", Text: textSamePerson})
	}
	o.Approvals = append(slices.Clip(o.Approvals), event.Approval{Who: who, Time: e.Now().UTC(), Why: reason})
	if len(o.Approvals) >= 2 {
		return true, nil
	}
	return false, e.put(ctx, o, event.OrderAwaitingApproval, who, said(fill(textFirstOfTwo, who), reason), "approve")
}

// samePerson compares names as they are typed; the terminal adds where the person sat.
func samePerson(a, b string) bool {
	name := func(s string) string { n, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "@"); return n }
	return name(a) == name(b)
}
