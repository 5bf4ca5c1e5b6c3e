package detect_test

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// counted counts what it is told; what is set panics when it is told that.
type counted struct {
	events, ticks   int
	onEvent, onTick bool
}

func (*counted) Stats() detect.Stats { return detect.Stats{} }

func (c *counted) Observe(event.Event, detect.Emit) {
	c.events++
	if c.onEvent {
		panic("on an event")
	}
}

func (c *counted) Advance(time.Time, detect.Emit) {
	c.ticks++
	if c.onTick {
		panic("on a tick")
	}
}

// TestPanicsConcernOneDetector lets two of four detectors panic: those beside them see each event and each second all the same, and
// they themselves are asked no more once they have panicked a hundred times.
func TestPanicsConcernOneDetector(t *testing.T) {
	all := []*counted{{}, {onEvent: true}, {onTick: true}, {}}
	var list []detect.Detector
	for i, c := range all {
		d := detector
		d.Info.ID = string(rune('a' + i))
		d.New = func(any, detect.Deps) detect.Instance { return c }
		list = append(list, d)
	}
	e, err := detect.New(detect.DefaultConfig(), detect.Deps{}, list, func(event.Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 150 {
		e.Observe(flow(time.Duration(i)*time.Second, pc, 80))
	}
	for i, want := range []counted{{events: 150, ticks: 150}, {events: 100, ticks: 100}, {events: 99, ticks: 100}, {events: 150, ticks: 150}} {
		if got := *all[i]; got.events != want.events || got.ticks != want.ticks {
			t.Errorf("detector %d: %d events and %d ticks, want %d and %d", i, got.events, got.ticks, want.events, want.ticks)
		}
	}
}
