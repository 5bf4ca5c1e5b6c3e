package main

import (
	"math"
	"testing"
)

// A perfect beacon of one minute that goes on day and night is 1; on a PC that is on from 08:30 to 17:30 it is
// 0.708, because the hours of the night count as silence.
func TestRitaScore(t *testing.T) {
	series := func(from, to float64) *ritaSeries {
		s := &ritaSeries{}
		for at := from; at < to; at += 60 {
			s.at = append(s.at, at)
			s.bytes = append(s.bytes, 400)
		}
		return s
	}
	for want, s := range map[float64]*ritaSeries{1: series(0, 86400), 0.708: series(8.5*3600, 17.5*3600)} {
		if got := s.score(0); math.Abs(got-want) > 0.001 {
			t.Errorf("score %.3f, want %.3f", got, want)
		}
	}
	if got := (&ritaSeries{at: []float64{1, 2, 3}, bytes: []float64{1, 2, 3}}).score(0); got != 0 {
		t.Errorf("three connections score %.3f", got)
	}
}
