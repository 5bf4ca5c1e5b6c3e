package console

import (
	"strconv"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

// SensorHealthOf lets the tests outside of the package judge counters.
var SensorHealthOf = sensorHealth

func TestSlowPageIsToldToReadAgain(t *testing.T) {
	h := newHub(time.Now)
	p, _, ok := h.join(0)
	if !ok {
		t.Fatal("no place")
	}
	for n := range pageQueue + 5 {
		h.Incident(event.Incident{Header: event.Header{UID: strconv.Itoa(n)}, State: event.IncidentNew})
		h.Device(event.Device{UID: "x"})
	}
	instead, late := h.skipMissed(p)
	if want := (Change{ID: h.next, Data: Resync{Why: "the page was too slow", New: pageQueue + 5}}); !late || instead != want || len(p.ch) != 0 {
		t.Errorf("late %v, %+v instead of %+v, %d waiting", late, instead, want, len(p.ch))
	}
	h.Device(event.Device{UID: "y"})
	if c := <-p.ch; c.ID != h.next {
		t.Errorf("after that it goes on: %d, want %d", c.ID, h.next)
	}
}

func TestHubIsBounded(t *testing.T) {
	h := newHub(time.Now)
	for range 3 * backlog {
		h.Device(event.Device{UID: "x"})
	}
	if len(h.past) > backlog {
		t.Errorf("%d changes kept, at most %d", len(h.past), backlog)
	}
	if got := h.since(h.next - 3); len(got) != 3 || got[0].ID != h.next-2 {
		t.Errorf("since: %v", got)
	}
	for range maxPages {
		if _, _, ok := h.join(0); !ok {
			t.Fatal("too few places")
		}
	}
	if _, _, ok := h.join(0); ok {
		t.Error("more pages than places")
	}
	h.close()
	h.close()
	if _, _, ok := h.join(0); ok {
		t.Error("joined a closed hub")
	}
}

func TestLoginGateForgetsAndRecovers(t *testing.T) {
	g := newLoginGate()
	now := time.Unix(1_800_000_000, 0)
	for range accountBurst {
		if w := g.wait(now, "a", "192.0.2.1"); w != 0 {
			t.Fatalf("refused early: %v", w)
		}
	}
	if w := g.wait(now, "a", "192.0.2.1"); w <= 0 || w > gateEvery {
		t.Errorf("wait %v", w)
	}
	if w := g.wait(now.Add(gateEvery), "a", "192.0.2.1"); w != 0 {
		t.Errorf("no new try after %v: %v", gateEvery, w)
	}
	for n := range 2 * gateSize {
		g.wait(now.Add(time.Duration(n)), string(rune(n)), "")
	}
	if len(g.buckets) > gateSize {
		t.Errorf("%d buckets, at most %d", len(g.buckets), gateSize)
	}
}
