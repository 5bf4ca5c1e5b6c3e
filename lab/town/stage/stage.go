// Package stage is the clock, the machines and the manners of speaking of a made-up town: what ordinary life and attacks are played on.
package stage

import (
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Stage plays what was put into its queue, in order of time, and hands each event on at its moment.
type Stage struct {
	Town
	seed  uint64
	now   int64 // nanoseconds since 1970
	end   int64
	queue queue
	out   func(event.Event)
	flow  uint64
}

// New is an empty stage: nothing happens before somebody is put on it. It lasts from midnight (JST) of the first day for so many days.
func New(t Town, seed uint64, days int) *Stage {
	s := &Stage{Town: t, seed: seed, now: t.Start.UnixNano()}
	s.end = t.Start.AddDate(0, 0, days).UnixNano()
	return s
}

// Run plays until the last day is over. out is called with events in order of time.
func (s *Stage) Run(out func(event.Event)) {
	s.out = out
	for s.queue.len() > 0 {
		it := s.queue.pop()
		if it.at >= s.end {
			break
		}
		s.now = it.at
		if it.ev != nil {
			out(it.ev)
			continue
		}
		it.do()
	}
}

// Stop ends the play at the present moment.
func (s *Stage) Stop() { s.end = s.now }

// Now is the present moment.
func (s *Stage) Now() time.Time { return time.Unix(0, s.now).UTC() }

// End is when the last day is over.
func (s *Stage) End() time.Time { return time.Unix(0, s.end).UTC() }

// At calls do at t; a moment that has passed is now.
func (s *Stage) At(t time.Time, do func()) {
	s.queue.push(item{at: max(t.UnixNano(), s.now), do: do})
}

// After calls do when d has passed.
func (s *Stage) After(d time.Duration, do func()) {
	s.queue.push(item{at: s.now + int64(max(d, 0)), do: do})
}

// Emit lets the sensor see e when d has passed: before and behind the router where addresses are translated.
func (s *Stage) Emit(d time.Duration, e event.Event) {
	n := s.translated(e.Tuple().Src.IP)
	if n == nil {
		s.emit(d, e)
		return
	}
	if n.Both {
		s.emit(d, e)
	}
	if o := n.outer(e); o != nil {
		s.emit(max(d, 0)+natDelay, o)
	}
}

func (s *Stage) emit(d time.Duration, e event.Event) {
	at := s.now + int64(max(d, 0))
	e.Head().Time = time.Unix(0, at).UTC()
	if d <= 0 && s.out != nil {
		s.out(e)
		return
	}
	s.queue.push(item{at: at, ev: e})
}

// Dice are random numbers that depend on the town's seed and on the words alone, so that one life never changes another.
func (s *Stage) Dice(words ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w))
		_, _ = h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}
