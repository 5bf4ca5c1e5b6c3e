package decide

import (
	"context"
	"testing"

	"github.com/yagura-project/yagura/event"
)

// Doubt about which machine it is stops what is automatic, never a person; names that contradict each other stop nothing
// where the machine itself is certain.
func TestDoubtLeavesTheDecisionToPeople(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	sure := casefile(1, 10)
	sure.Device.Confidence, sure.Device.Conflicts = 97, []event.Text{{JA: "利用者が複数です", EN: "several users"}}
	if d := r.consider(t, sure); d.Order == nil || d.Order.State != event.OrderApproved {
		t.Errorf("a certain machine with two users: %+v", d)
	}
	unsure := casefile(2, 10)
	unsure.Device.Confidence, unsure.Device.Unsure = 50, event.Text{JA: "2台が使っています", EN: "two use it"}
	if d := r.consider(t, unsure); d.Order != nil && d.Order.State == event.OrderApproved {
		t.Errorf("an uncertain machine is cut off by itself: %+v", d)
	}
	unsure = casefile(3, 10)
	unsure.Device.Confidence = 50
	if _, err := r.Isolate(context.Background(), "sato", unsure.Device, "", 0, "電話で確認"); err != nil {
		t.Errorf("a person may decide: %v", err)
	}
}
