package decide

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/yagura-project/yagura/event"
)

func TestItLapsesByItself(t *testing.T) {
	defer goleak.VerifyNone(t)
	clock = friday
	m := newMemory()
	r := open(t, m, nil)
	d := r.consider(t, casefile(1, 9))
	clock = clock.Add(24 * 60 * 60 * 1e9)
	told := make(chan event.Order, 1)
	r.Told = func(o event.Order) { told <- o }
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	if o := <-told; o.UID != d.Order.UID || o.State != event.OrderExpired {
		t.Errorf("%+v", o)
	}
	if err := r.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}
