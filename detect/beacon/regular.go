package beacon

import (
	"math"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
)

// regularity is how clock-like a series of calls is. All scores are 0–1.
type regularity struct {
	beats    int           // calls, bursts counted once
	interval time.Duration // median between beats
	jitter   float64       // median deviation as a share of the interval
	timing   float64       // symmetry and narrowness of the intervals (as RITA: Bowley skewness and MADM)
	coverage float64       // share of expected beats that came while the endpoint was on
	sizes    float64       // sameness of what was sent
	score    float64
}

// burst is within what time several calls are one beat.
const burst = time.Second

// measure judges calls (oldest first) on the time that the endpoint was on:
// an interval during which it was mostly off says nothing.
func measure(times []time.Time, sizes []float64, hours *detect.Hours) regularity {
	beats := collapse(times)
	r := regularity{beats: len(beats)}
	if len(beats) < 3 {
		return r
	}
	gaps := make([]float64, 0, len(beats)-1)
	for i := 1; i < len(beats); i++ {
		gaps = append(gaps, beats[i].Sub(beats[i-1]).Seconds())
	}
	gaps = whileOn(beats, gaps, hours)
	med := median(gaps)
	if len(gaps) < 2 || med <= 0 {
		return r
	}
	r.interval = time.Duration(med * float64(time.Second))
	r.jitter = deviation(gaps, med) / med
	r.timing = ((1 - math.Abs(skewness(gaps))) + math.Max(0, 1-r.jitter)) / 2
	r.coverage = math.Min(1, med/mean(gaps))
	r.sizes = sameness(sizes)
	r.score = 0.45*r.timing + 0.30*r.coverage + 0.25*r.sizes
	if len(sizes) < 2 { // not known, which speaks neither for nor against
		r.score = (0.45*r.timing + 0.30*r.coverage) / 0.75
	}
	return r
}

// tells reports whether the rhythm says anything: a few calls do so only when they come within minutes, for
// whatever asks for updates by the hour is regular too.
func (r regularity) tells() bool {
	return r.score >= 0.65 && (r.beats >= 5 || r.beats >= 3 && r.interval <= 15*time.Minute)
}

func collapse(times []time.Time) (out []time.Time) {
	for _, t := range times {
		if len(out) == 0 || t.Sub(out[len(out)-1]) >= burst {
			out = append(out, t)
		}
	}
	return out
}

// whileOn drops intervals that are long beyond doubt and in which the endpoint was mostly off.
func whileOn(beats []time.Time, gaps []float64, hours *detect.Hours) []float64 {
	med := median(gaps)
	out := make([]float64, 0, len(gaps))
	for i, g := range gaps {
		long := g > 3*med && g > 1800
		if long && hours.Active(beats[i], beats[i+1]).Seconds() < g/2 {
			continue
		}
		out = append(out, g)
	}
	return out
}

func sameness(v []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	med := median(v)
	if med <= 0 {
		return 0
	}
	return math.Max(0, 1-deviation(v, med)/med)
}

func median(v []float64) float64 { return quantile(v, 0.5) }

// deviation is the median absolute deviation from med.
func deviation(v []float64, med float64) float64 {
	d := make([]float64, len(v))
	for i, x := range v {
		d[i] = math.Abs(x - med)
	}
	return median(d)
}

// skewness is Bowley's: 0 for a symmetric series; too narrow a series counts as symmetric.
func skewness(v []float64) float64 {
	q1, q2, q3 := quantile(v, 0.25), quantile(v, 0.5), quantile(v, 0.75)
	if q3-q1 < 0.05*q2 || len(v) < 4 {
		return 0
	}
	return (q1 + q3 - 2*q2) / (q3 - q1)
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x
	}
	return m / float64(len(v))
}

// quantile interpolates between the two nearest values.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Clone(v)
	slices.Sort(s)
	at := q * float64(len(s)-1)
	lo := int(at)
	if lo+1 >= len(s) {
		return s[lo]
	}
	return s[lo] + (at-float64(lo))*(s[lo+1]-s[lo])
}
