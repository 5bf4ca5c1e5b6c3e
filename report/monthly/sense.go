package monthly

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
)

// sensor is what one capture counted in the period.
type sensor struct {
	source                                                 string
	packets, bytes, drops, errors, opaque, unparsed, asent uint64
}

// longestStep is the longest time between two records that still counts as watched: five missed minutes are a gap.
const longestStep = 5 * time.Minute

// sense adds up the sensor's counters.
func (f *facts) sense(ctx context.Context, src report.Source) error {
	// What was counted just before the period began is where its counters stood; a sensor without it began later.
	stats, err := src.SensorStats(ctx, f.period.From.Add(-2*longestStep), f.period.Until)
	if err != nil {
		return fmt.Errorf("read sensor counters: %w", err)
	}
	end := f.period.Until
	if f.now.Before(end) {
		end = f.now
	}
	f.known = max(end.Sub(f.period.From), 0)
	f.traffic = make([]float64, len(f.buckets()))
	last := map[string]event.SensorStats{}
	sums := map[string]*sensor{}
	start := slices.IndexFunc(stats, func(s event.SensorStats) bool { return !s.Time.Before(f.period.From) })
	if start < 0 {
		start = len(stats)
	}
	for _, s := range stats[:start] {
		last[s.Source] = s
	}
	stats = stats[start:]
	for _, s := range stats {
		sum := sums[s.Source]
		if sum == nil {
			sum = &sensor{source: s.Source}
			sums[s.Source] = sum
		}
		before := last[s.Source]
		last[s.Source] = s
		sum.add(before, s)
		f.fill(s.Time, since(before.Bytes, s.Bytes))
	}
	f.watched = min(watched(stats), f.known)
	for _, s := range sums {
		f.sensors = append(f.sensors, *s)
	}
	slices.SortFunc(f.sensors, func(a, b sensor) int { return strings.Compare(a.source, b.source) })
	return nil
}

// since is what a counter gained; it began anew when the sensor was restarted.
func since(before, now uint64) uint64 {
	if now < before {
		return now
	}
	return now - before
}

func (s *sensor) add(a, b event.SensorStats) {
	if b.Packets < a.Packets { // restarted: all counters began anew
		a = event.SensorStats{}
	}
	s.packets += since(a.Packets, b.Packets)
	s.bytes += since(a.Bytes, b.Bytes)
	s.drops += since(a.KernelDrops, b.KernelDrops)
	s.errors += since(a.DecodeErrors, b.DecodeErrors)
	s.opaque += since(a.OpaqueBytes, b.OpaqueBytes)
	s.unparsed += since(a.Unparsed, b.Unparsed)
	s.asent += since(a.Sent, b.Sent)
}

// watched adds up the time between records that lie close together, whichever source they are of.
func watched(stats []event.SensorStats) (sum time.Duration) {
	for i, s := range stats {
		step := time.Minute // a record stands for the minute before it
		if i > 0 {
			step = s.Time.Sub(stats[i-1].Time)
		}
		if step > longestStep {
			step = time.Minute
		}
		sum += step
	}
	return sum
}

// total adds the sensors up.
func (f facts) total() (t sensor) {
	for _, s := range f.sensors {
		t.packets += s.packets
		t.bytes += s.bytes
		t.drops += s.drops
		t.opaque += s.opaque
		t.asent += s.asent
	}
	return t
}

func (s sensor) lost() float64 { return ratio(s.drops, s.packets+s.drops) }
func (s sensor) unseen() float64 {
	return min(ratio(s.opaque, s.bytes), 1)
}

func ratio(part, whole uint64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// hourly tells whether the period is short enough to be drawn by the hour.
func (f facts) hourly() bool { return f.period.Length() <= 49*time.Hour }

// buckets are the starts of the hours or days that the charts show.
func (f facts) buckets() (out []time.Time) {
	t := f.period.From.In(report.JST)
	for t.Before(f.period.Until) {
		out = append(out, t)
		if f.hourly() {
			t = t.Truncate(time.Hour).Add(time.Hour)
		} else {
			y, m, d := t.Date()
			t = time.Date(y, m, d+1, 0, 0, 0, 0, report.JST)
		}
	}
	return out
}

// bucket is where a moment falls among the buckets.
func (f facts) bucket(at time.Time) int {
	i, found := slices.BinarySearchFunc(f.buckets(), at, time.Time.Compare)
	if !found {
		i--
	}
	return i
}

func (f *facts) fill(at time.Time, bytes uint64) {
	if i := f.bucket(at); i >= 0 && i < len(f.traffic) {
		f.traffic[i] += float64(bytes)
	}
}
