package main

import (
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// rita computes, beside Yagura, what RITA 5 publishes as its beacon score (github.com/activecm/rita, analysis of
// beacons, default weights and limits): for each inside machine and outside destination, of the connections of one day.
type rita struct {
	day    time.Time
	pairs  map[ritaPair]*ritaSeries
	alarms []alarm
}

type ritaPair struct {
	src netip.Addr
	dst string
}

type ritaSeries struct {
	at    []float64 // seconds
	bytes []float64
	mac   event.MAC
	ip    netip.Addr
}

// alarm is what a plain method tells.
type alarm struct {
	kind string
	src  netip.Addr
	mac  event.MAC
	dst  netip.Addr
	at   time.Time
	n    float64 // score, or how many
}

// leastKept is the lowest score that is written down; RITA calls 0.75 low and 0.9 medium.
const leastKept = 0.7

func newRita() *rita { return &rita{pairs: map[ritaPair]*ritaSeries{}} }

func (r *rita) see(e *event.NetworkActivity, home func(netip.Addr) bool) {
	if day := stage.Midnight(e.Time); day.After(r.day) {
		r.close()
		r.day = day
	}
	if !e.Activity.Ended() || e.Activity == event.FlowFail || e.Activity == event.FlowRefuse || e.Proto != event.ProtoTCP || !home(e.Src.IP) || home(e.Dst.IP) {
		return
	}
	dst := e.Dst.IP.String()
	if e.TLS != nil && e.TLS.SNI != "" {
		dst = e.TLS.SNI
	}
	k := ritaPair{e.Src.IP, dst}
	s := r.pairs[k]
	if s == nil {
		s = &ritaSeries{mac: e.Src.MAC, ip: e.Dst.IP}
		r.pairs[k] = s
	}
	s.at = append(s.at, float64(e.Start.Unix()))
	s.bytes = append(s.bytes, float64(e.Orig.Bytes))
}

// close scores the day that is over.
func (r *rita) close() {
	for k, s := range r.pairs {
		if score := s.score(float64(r.day.Unix())); score >= leastKept {
			r.alarms = append(r.alarms, alarm{"rita", k.src, s.mac, s.ip, r.day, score})
		}
	}
	r.pairs = map[ritaPair]*ritaSeries{}
}

// score is the mean of four: how even the gaps are, how even the sizes, for how long, and how flat over the hours.
func (s *ritaSeries) score(begin float64) float64 {
	slices.Sort(s.at)
	gaps := make([]float64, 0, len(s.at))
	for i := 1; i < len(s.at); i++ {
		if g := s.at[i] - s.at[i-1]; g > 0 {
			gaps = append(gaps, g)
		}
	}
	if len(gaps) < 3 {
		return 0
	}
	slices.Sort(gaps)
	sizes := slices.Sorted(slices.Values(s.bytes))
	var hours [24]float64
	for _, t := range s.at {
		hours[min(23, max(0, int((t-begin)/3600)))]++
	}
	return (even(gaps, 1) + even(sizes, 0) + lasting(hours, s.at[len(s.at)-1]-s.at[0]) + flat(hours)) / 4
}

// even is 1 less Bowley's skewness, and 1 less the median deviation over the median, on average.
func even(v []float64, unknown float64) float64 {
	q1, q2, q3 := quartiles(v)
	skew := 0.0
	if q3-q1 >= 10 && q2 != q1 && q2 != q3 {
		skew = math.Abs((q1 + q3 - 2*q2) / (q3 - q1))
	}
	dev := make([]float64, len(v))
	for i, x := range v {
		dev[i] = math.Abs(x - q2)
	}
	slices.Sort(dev)
	tight := unknown
	if q2 >= 1 {
		tight = max(0, (q2-median(dev))/q2)
	}
	return (1 - skew + tight) / 2
}

func median(v []float64) float64 {
	n := len(v)
	if n == 0 {
		return 0
	}
	return (v[(n-1)/2] + v[n/2]) / 2
}

// quartiles are the medians of the whole and of both halves, the middle left out.
func quartiles(v []float64) (q1, q2, q3 float64) {
	n := len(v)
	return median(v[:n/2]), median(v), median(v[(n+1)/2:])
}

// lasting is the part of the day that was spanned, or the longest run of hours out of twelve; 0 below six hours.
func lasting(hours [24]float64, span float64) float64 {
	bars, run, longest := 0, 0, 0
	for i := range 48 {
		if hours[i%24] == 0 {
			run = 0
			continue
		}
		if i < 24 {
			bars++
		}
		run++
		longest = max(longest, min(run, 24))
	}
	if bars < 6 {
		return 0
	}
	return min(1, max(span/86400, float64(longest)/12))
}

// flat is 1 less the coefficient of variation of the hours, or the share of the hours that lie in the two commonest heights.
func flat(hours [24]float64) float64 {
	mean, sd, top, bars := 0.0, 0.0, 0.0, 0
	for _, h := range hours {
		mean += h / 24
		top = max(top, h)
		if h > 0 {
			bars++
		}
	}
	for _, h := range hours {
		sd += (h - mean) * (h - mean) / 24
	}
	even := max(0, 1-math.Sqrt(sd)/mean)
	if bars < 11 {
		return even
	}
	width := math.Ceil(top * 0.05)
	heights := map[float64]int{}
	for _, h := range hours {
		if h > 0 {
			heights[math.Floor(h/width)]++
		}
	}
	counts := make([]int, 0, len(heights)+1)
	for _, n := range heights {
		counts = append(counts, n)
	}
	counts = append(counts, 0)
	slices.Sort(counts)
	return max(even, min(1, float64(counts[len(counts)-1]+counts[len(counts)-2])/max(1, float64(bars-1))))
}
