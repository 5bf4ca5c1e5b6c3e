package act_test

import (
	"context"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// fetched is a hand whose device comes for its orders by itself.
type fetched struct {
	act.Hand
	by    *time.Time
	comes *bool
	tells *int
}

func (f fetched) wait() error {
	if *f.comes {
		return nil
	}
	return &act.Waiting{Enforcer: "device", By: *f.by, Text: event.Text{JA: "まだ取りに来ていません", EN: "not yet fetched"}}
}

func (f fetched) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	*f.tells++
	if err := f.wait(); err != nil {
		return event.Receipt{Op: "apply"}, err
	}
	return f.Hand.Apply(ctx, t)
}

func (f fetched) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	if err := f.wait(); err != nil {
		return event.Receipt{Op: "undo"}, err
	}
	return f.Hand.Undo(ctx, t)
}

func (b *bench) fetched() (by *time.Time, comes *bool) {
	until, yes, tells := b.now().Add(20*time.Minute), false, 0
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: b.deps.Log, Ledger: b.ledger,
		Hands: []act.Hand{fetched{b.device.Hand("device", b.deps), &until, &yes, &tells}}, Now: b.now})
	if err != nil {
		b.t.Fatal(err)
	}
	b.Manager = m
	return &until, &yes
}

func TestADeviceThatComesByItselfIsWaitedFor(t *testing.T) {
	b := newBench(t)
	_, comes := b.fetched()
	puts := 0
	b.ledger.OnPut = func(event.Order) { puts++ }
	b.approve("iso-1")
	b.pass(6 * time.Minute) // longer than GiveUp
	if o := b.want("iso-1", approved, applying); len(o.Receipts) != 1 || o.Receipts[0].OK {
		t.Errorf("%+v", o.Receipts)
	}
	if puts > 3 {
		t.Errorf("the ledger was written %d times while nothing happened", puts)
	}
	*comes = true
	b.pass(time.Second)
	b.want("iso-1", approved, applying, applied)
	*comes = false
	if _, err := b.Release(context.Background(), "iso-1", "sato", event.Text{JA: "確認済み", EN: "checked"}); err != nil {
		t.Error(err)
	}
	puts = 0
	b.pass(time.Minute)
	if puts > 1 {
		t.Errorf("the ledger was written %d times while nothing happened", puts)
	}
	b.want("iso-1", approved, applying, applied, releasing)
	*comes = true
	b.pass(time.Second)
	b.want("iso-1", approved, applying, applied, releasing, released)
}

func TestADeviceThatNeverComesIsGivenUp(t *testing.T) {
	b := newBench(t)
	by, _ := b.fetched()
	*by = b.now().Add(10 * time.Minute)
	b.approve("iso-1")
	b.pass(11 * time.Minute)
	b.want("iso-1", approved, applying, failed)
}
