package beacon

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/detect"
)

// officeHours makes calls on a PC that is on 08:30–17:30, with the hours that the gate would have seen.
func officeHours(r *rand.Rand, days int, every time.Duration, jitter float64) (times []time.Time, hours *detect.Hours) {
	hours = &detect.Hours{}
	start := time.Date(2026, 4, 5, 23, 30, 0, 0, time.UTC)
	for d := range days {
		on := start.AddDate(0, 0, d)
		for m := range 9 * 6 { // other traffic
			hours.Mark(on.Add(time.Duration(m) * 10 * time.Minute))
		}
		for t := on; t.Before(on.Add(9 * time.Hour)); t = t.Add(time.Duration(float64(every) * (1 + jitter*(2*r.Float64()-1)))) {
			times = append(times, t)
			hours.Mark(t)
		}
	}
	return times, hours
}

// A beacon scores at least 0.75 on a PC that is off at night, for every interval up to 15 min and jitter up to 50 %.
func TestOfficeHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.IntRange(30, 900).Draw(t, "interval")) * time.Second
		jitter := rapid.Float64Range(0, 0.5).Draw(t, "jitter")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		times, hours := officeHours(r, 2, every, jitter)
		sizes := make([]float64, len(times))
		for i := range sizes {
			sizes[i] = 300 + float64(r.IntN(30))
		}
		if m := measure(times, sizes, hours); m.score < 0.75 {
			t.Fatalf("score %.3f (timing %.2f, coverage %.2f, sizes %.2f) at %s ± %.0f%%", m.score, m.timing, m.coverage, m.sizes, every, 100*jitter)
		}
	})
}

// Hourly beacons over five working days score like fast ones.
func TestHourly(t *testing.T) {
	times, hours := officeHours(rand.New(rand.NewPCG(1, 2)), 5, time.Hour, 0.1)
	sizes := make([]float64, len(times))
	for i := range sizes {
		sizes[i] = 500
	}
	if m := measure(times, sizes, hours); m.score < 0.85 || m.interval < 50*time.Minute || m.interval > 70*time.Minute {
		t.Errorf("%+v", m)
	}
}

// A person's clicks (exponential pauses, other sizes) stay below what counts as regular.
func TestPerson(t *testing.T) {
	high := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		at := time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
		var times []time.Time
		var sizes []float64
		for range 60 {
			at = at.Add(time.Duration((1 + r.ExpFloat64()*40) * float64(time.Second)))
			times, sizes = append(times, at), append(sizes, 200+r.ExpFloat64()*600)
		}
		if m := measure(times, sizes, nil); m.score >= 0.8 {
			high++
		}
	}
	if high > 0 {
		t.Errorf("%d of 200 people look like a beacon", high)
	}
}
