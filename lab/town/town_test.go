package town_test

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town"
)

func TestTownIsInOrderAndTheSame(t *testing.T) {
	play := func() (events uint64, sum uint64) {
		tn := town.New(town.Options{Seed: 7, PCs: 30, Days: 2})
		var last time.Time
		begin := tn.Now()
		events, _ = tn.Play(func(e event.Event) {
			at := e.Head().Time
			if at.Before(last) || at.Before(begin) {
				t.Fatalf("%T at %s comes after %s", e, at, last)
			}
			last = at
			sum = sum*31 + uint64(at.UnixNano()) ^ uint64(e.Class())
		})
		return events, sum
	}
	n, sum := play()
	m, again := play()
	t.Logf("%d events", n)
	if n != m || sum != again || n < 10_000 {
		t.Errorf("%d events (%x), then %d (%x): the same seed gives the same town", n, sum, m, again)
	}
}
