package main

import (
	"sync"
	"time"

	"github.com/yagura-project/yagura/capture"
)

// pacedSource replays a capture at a multiple of its speed on a clock that reaches the present when the capture ends:
// the intervals stay as recorded, and what is seen is dated to the last minutes.
type pacedSource struct {
	capture.Source
	speed float64
	now   func() time.Time
	ended chan struct{}
	once  sync.Once

	first, begun, shift int64 // ns: first packet; start on the wall; what is added to each packet
	length              int64 // ns from first to last packet
	started             bool
}

// paced plays a source that spans length at speed times the recorded pace.
func paced(s capture.Source, length time.Duration, speed float64) *pacedSource {
	return &pacedSource{Source: s, speed: speed, now: time.Now, length: int64(length), ended: make(chan struct{})}
}

// Close ends a wait too.
func (s *pacedSource) Close() error {
	s.once.Do(func() { close(s.ended) })
	return s.Source.Close()
}

// Next gives the next packet when its time has come.
func (s *pacedSource) Next(p *capture.Packet) error {
	if err := s.Source.Next(p); err != nil {
		return err
	}
	if !s.started {
		s.started = true
		s.first, s.begun = p.Nanos, s.now().UnixNano()
		end := s.begun + int64(float64(s.length)/s.speed)
		s.shift = end - s.length - s.first
	}
	due := s.begun + int64(float64(p.Nanos-s.first)/s.speed)
	p.Nanos += s.shift
	wait := time.Duration(due - s.now().UnixNano())
	if wait <= 0 {
		return nil
	}
	select {
	case <-s.ended:
		return capture.ErrClosed
	case <-time.After(wait):
		return nil
	}
}
