package act_test

import (
	"context"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

// Who looks while nobody drives the orders ends what is over and what was being released, and touches nothing else; a device
// that does not answer is told by the next who looks.
func TestOverdueEndsWhatIsOver(t *testing.T) {
	b := newBench(t)
	for _, uid := range []string{"iso-over", "iso-stands", "iso-released"} {
		b.approve(uid)
	}
	o := b.ledger.Kept["iso-over"]
	o.Expires = b.now().Add(time.Minute)
	b.ledger.Kept["iso-over"] = o
	b.pass(3 * time.Second)
	b.device.Down(acttest.ErrDown)
	_, _ = b.Release(context.Background(), "iso-released", "sato", event.Text{JA: "復旧"})
	*b.clock = b.clock.Add(2 * time.Minute)
	b.approve("iso-never-begun")
	look := func(within time.Duration) ([]event.Order, error) {
		b.watch = nil
		m, err := act.NewManager(b.config, act.ManagerDeps{Log: b.deps.Log, Ledger: b.ledger, Hands: []act.Hand{b.device.Hand("device", b.deps)}, Now: b.now})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		return m.Overdue(ctx)
	}
	if over, err := look(200 * time.Millisecond); err == nil || len(over) != 2 {
		t.Errorf("the device is down: %d %v", len(over), err)
	}
	b.device.Down(nil)
	if over, err := look(time.Minute); err != nil || len(over) != 2 {
		t.Errorf("%d %v", len(over), err)
	}
	for uid, want := range map[string]event.OrderState{"iso-over": event.OrderExpired, "iso-released": released, "iso-stands": verified, "iso-never-begun": approved} {
		if got := b.ledger.Kept[uid].State; got != want {
			t.Errorf("%s is %s, want %s", uid, got, want)
		}
	}
	if !b.device.Cuts(v4) {
		t.Error("what stands was opened")
	}
}
