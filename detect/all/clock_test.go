package all_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/detect/detecttest"
	"github.com/yagura-project/yagura/event"
)

// later moves an event in time.
func later(e event.Event, by time.Duration) event.Event {
	e.Head().Time = e.Head().Time.Add(by)
	if n, ok := e.(*event.NetworkActivity); ok {
		n.Start, n.End = n.Start.Add(by), n.End.Add(by)
	}
	return e
}

// Captures that were merged with a year between them, a clock that leaps back, and back again by a minute at each tenth
// event: what was told before is told again after the gap, and no detector breaks.
func TestClockLeaps(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/attack-*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	var found []event.Finding
	e := engine(t, func(f event.Finding) { found = append(found, f) })
	round := func(by, wobble time.Duration) (told []string) {
		for _, file := range files {
			s := detecttest.Load(t, file)
			found = nil
			for i, ev := range s.Events {
				shift := by
				if i%10 == 9 {
					shift -= wobble
				}
				e.Observe(later(ev, shift))
			}
			e.Advance(s.Events[len(s.Events)-1].Head().Time.Add(time.Hour))
			for _, w := range s.Expect {
				if slices.ContainsFunc(found, func(f event.Finding) bool { return w.Met(&f) }) {
					told = append(told, filepath.Base(filepath.Dir(filepath.Dir(file)))+"/"+s.Name+" "+w.Behaviour)
				}
			}
		}
		return told
	}
	const year = 52 * 7 * 24 * time.Hour // in whole weeks, so that working days stay working days
	first := round(0, 0)
	again := round(year, 0)
	round(-year, time.Minute) // unsteady; the first samples move the clock
	back := round(-2*year, 0)
	t.Logf("told: %d, a year later %d, two years before %d", len(first), len(again), len(back))
	if len(first) < len(files)/2 {
		t.Errorf("only %d of %d samples are told together", len(first), len(files))
	}
	for _, x := range first {
		if !slices.Contains(again, x) {
			t.Errorf("a year later nothing is said of %s", x)
		}
	}
	if len(back) < len(first)*9/10 {
		t.Errorf("after the clock was put back only %d of %d are told", len(back), len(first))
	}
	for id, d := range e.Stats().Detectors {
		if d.Panics > 0 || d.Off {
			t.Errorf("%s: %d panics", id, d.Panics)
		}
	}
}
