package notify_test

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
)

// The manager of a department gets one line about its machines, and nothing about others.
func TestOneLineForTheManager(t *testing.T) {
	b := newBench(t, notify.Use{Name: "課長", Short: true, Departments: []string{"総務課"}})
	ours, theirs := casefile(1, 9), casefile(2, 9)
	ours.Device.Department, theirs.Device.Department = "総務課", "税務課"
	b.tell(ours, order(1, event.OrderVerified))
	b.tell(theirs, order(2, event.OrderVerified))
	b.deliver()
	got := b.senders["課長"].got
	if len(got) != 1 {
		t.Fatalf("%d messages, want 1", len(got))
	}
	text := strings.TrimSpace(got[0].Text)
	if strings.Contains(text, "\n") || got[0].HTML != "" || !strings.HasPrefix(text, "総務課 ") || !strings.Contains(text, ours.Title.JA) || !strings.Contains(text, "切り離し") {
		t.Errorf("%q", text)
	}
	t.Log(text)
}
