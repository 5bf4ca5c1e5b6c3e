package drill

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// slow is an enforcer that takes a while for each order, and notes when it was last asked to cut.
type slow struct {
	act.Hand
	told atomic.Int64 // unix nanoseconds
	n    atomic.Int64
}

func (s *slow) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	s.told.Store(time.Now().UnixNano())
	s.n.Add(1)
	time.Sleep(50 * time.Millisecond)
	return s.Hand.Apply(ctx, t)
}

// In the midst of 60 automatic isolations everything is stopped: from the switch's return on not one more is begun, and
// what stands keeps standing; when it is let go again, the rest follows.
func TestScenarioFreeze(t *testing.T) {
	ctx := context.Background()
	cfg := store.DefaultConfig()
	cfg.Dir, cfg.Tenant = filepath.Join(t.TempDir(), "data"), "drill"
	state, err := store.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	log := slog.New(slog.DiscardHandler)
	c := policy()
	c.Caps.Total, c.Outbreak.Machines = 1000, 0
	p, err := decide.New(c, decide.Deps{Log: log, Ledger: state})
	if err != nil {
		t.Fatal(err)
	}
	device := acttest.NewDevice(time.Now)
	hand := &slow{Hand: device.Hand("device", act.Deps{Now: time.Now})}
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: log, Ledger: state, Hands: []act.Hand{hand}, Hold: p.Hold})
	if err != nil {
		t.Fatal(err)
	}
	p.SetActor(m)
	const machines = 60
	for i := range machines {
		inc := sick()
		inc.UID = fmt.Sprintf("case-%d", i)
		inc.Device.MAC = event.MAC{2, 0, 0, 0, 1, byte(i)}
		inc.Device.UID, inc.Device.IP = "mac:"+inc.Device.MAC.String(), netip.AddrFrom4([4]byte{10, 1, 3, byte(i)})
		if d, err := p.Consider(ctx, inc); err != nil || d.Order == nil || d.Order.State != event.OrderApproved {
			t.Fatalf("%+v %v", d, err)
		}
	}
	started := make(chan error, 1)
	go func() { started <- m.Start(ctx) }() // carries out what is approved before it returns
	until(t, "some are cut off", func() bool { return hand.n.Load() >= 10 })
	asked := time.Now()
	if err := p.Freeze(ctx, "sato", true, "切替作業"); err != nil {
		t.Fatal(err)
	}
	frozen, begun := time.Now(), hand.n.Load()
	time.Sleep(time.Second)
	last := time.Unix(0, hand.told.Load())
	if more := hand.n.Load() - begun; more > 1 { // the one whose step had begun
		t.Errorf("%d more were begun after the switch had been turned", more)
	}
	if last.Sub(asked) > mostFreeze && judged() {
		t.Errorf("the last was begun %v after the switch was turned", last.Sub(asked))
	}
	if begun >= machines {
		t.Fatal("all were cut off before the switch: nothing was shown")
	}
	t.Attr("figure", fmt.Sprintf("switch in %v, last isolation begun %v after it was asked for, %d of %d held", frozen.Sub(asked).Round(time.Millisecond),
		max(last.Sub(asked), 0).Round(time.Millisecond), machines-int(hand.n.Load()), machines))
	if list, err := hand.List(ctx); err != nil || len(list) != int(hand.n.Load()) {
		t.Errorf("%d stand of %d: %v", len(list), hand.n.Load(), err)
	}
	if err := p.Freeze(ctx, "sato", false, "終了"); err != nil {
		t.Fatal(err)
	}
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	m.Kick()
	until(t, "the rest follows", func() bool { return hand.n.Load() == machines })
	if err := m.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
