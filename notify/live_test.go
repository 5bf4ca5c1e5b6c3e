package notify_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/yagura-project/yagura/notify"
)

// By its own goroutines: told from several sides, ended by Stop, what is unsent stays in the outbox.
func TestItRunsByItself(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx := context.Background()
	b := newBench(t, notify.Use{Name: "it"}, notify.Use{Name: "chat"})
	b.senders["chat"].hang = true
	if err := b.Start(ctx); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	for side := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for n := range 50 {
				if err := b.Tell(ctx, casefile(100*side+n, 9), nil); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
	for len(b.senders["it"].subjects()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := b.Stop(ctx); err != nil { // although a channel hangs
		t.Error(err)
	}
	due, err := b.outbox.DueLetters(ctx, b.clock.AddDate(1, 0, 0), 100)
	if err != nil || len(due) == 0 {
		t.Errorf("what the hanging channel did not take is gone: %v", err)
	}
}
