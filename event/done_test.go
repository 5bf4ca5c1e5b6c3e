package event_test

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/event"
)

// TestOpenOrdersAreThoseThatHaveNotEnded holds the lists of states against each other.
func TestOpenOrdersAreThoseThatHaveNotEnded(t *testing.T) {
	open := event.OpenStates()
	for _, s := range []event.OrderState{event.OrderProposed, event.OrderRehearsed, event.OrderObserved, event.OrderAwaitingApproval, event.OrderApproved,
		event.OrderDenied, event.OrderApplying, event.OrderApplied, event.OrderVerifying, event.OrderVerified, event.OrderIneffective, event.OrderPartial,
		event.OrderReleasing, event.OrderReleased, event.OrderExpired, event.OrderFailed} {
		if slices.Contains(open, s) == s.Terminal() {
			t.Errorf("%s: open and ended at once, or neither", s)
		}
		if slices.Contains(event.StandingStates(), s) != s.Standing() || s.Standing() && s.Terminal() {
			t.Errorf("%s: standing %v, ended %v", s, s.Standing(), s.Terminal())
		}
	}
	_ = append(event.StandingStates(), event.OrderFailed)
	if event.OrderFailed.Standing() {
		t.Error("a list that was added to changed what stands")
	}
}
