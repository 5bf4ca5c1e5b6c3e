package main

import (
	"slices"
	"time"
)

// summary is what is tracked of one town: enough to draw the page, and to see what became better or worse.
type summary struct {
	PCs          int               `json:"pcs"`
	Days         int               `json:"days"`
	Seed         uint64            `json:"seed"`
	Attacks      int               `json:"attacks"`
	Events       uint64            `json:"events"`
	Flows        uint64            `json:"flows"`
	FlowsASecond int               `json:"flows_per_cpu_second"` // the making of the town included
	HeapMB       int               `json:"heap_mb"`              // of all at its highest, the town and garbage included
	LiveMB       int               `json:"live_mb"`              // what lives at the end
	EndpointDays float64           `json:"endpoint_days"`
	HostHours    float64           `json:"host_hours"`
	Evicted      map[string]uint64 `json:"evicted,omitempty"` // by detector and shared table
	Panics       uint64            `json:"panics"`
	False        falseness         `json:"false"`
	FalseKinds   map[string]*wrong `json:"false_kinds,omitempty"`
	FalseCases   []string          `json:"false_cases,omitempty"`
	Beside       *beside           `json:"beside,omitempty"`
	Levels       [5]ratio          `json:"by_intensity"` // recall at intensity 1 to 5, all kinds
	Named        ratio             `json:"named"`
	Wrong        int               `json:"named_wrongly_without_doubt"`
	Kinds        []kind            `json:"kinds,omitempty"`
	Beacons      []cell            `json:"beacons,omitempty"`
}

// ratio is so many of so many.
type ratio struct {
	Found int `json:"found"`
	Of    int `json:"of"`
}

func (r ratio) share() float64 { return float64(r.Found) / float64(max(1, r.Of)) }

func (r *ratio) add(found bool) {
	r.Of++
	if found {
		r.Found++
	}
}

// kind is one kind of attack.
type kind struct {
	Name    string        `json:"name"`
	Classes []string      `json:"classes"`
	Single  bool          `json:"single,omitempty"`
	All     ratio         `json:"all"`
	Levels  [5]ratio      `json:"by_intensity"`
	Named   ratio         `json:"named"`         // of those that were told
	Wrong   int           `json:"wrong"`         // named wrongly, without a doubt beside it
	Low     bool          `json:"low,omitempty"` // a finding of low severity suffices
	Cases   int           `json:"cases"`         // it stands in a case that people see
	Noticed int           `json:"noticed"`       // somebody was told at once
	P50     time.Duration `json:"p50_ns"`        // from the deed to the case
	P95     time.Duration `json:"p95_ns"`
}

// cell is the beacons of one interval and jitter, of all protocols.
type cell struct {
	Interval time.Duration `json:"interval_ns"`
	Jitter   float64       `json:"jitter"`
	Yagura   ratio         `json:"yagura"`
	Rita     ratio         `json:"rita_0_9"`
	P50      time.Duration `json:"p50_ns"`
	P95      time.Duration `json:"p95_ns"`
}

// summarise keeps what is worth tracking.
func (res *result) summarise() summary {
	s := summary{PCs: res.PCs, Days: res.Days, Seed: res.Seed, Attacks: res.Attacks, Events: res.Events, Flows: res.Flows, FlowsASecond: int(float64(res.Flows) / res.Seconds),
		HeapMB: int(res.MemoryMB), LiveMB: int(res.LiveMB), EndpointDays: res.EndpointDays, HostHours: res.HostHours, False: res.False, FalseKinds: res.FalseList, FalseCases: res.FalseCases, Beside: res.Beside, Evicted: map[string]uint64{}}
	for id, d := range res.Engine.Detectors {
		s.Panics += d.Panics
		if d.Evicted > 0 {
			s.Evicted[id] = d.Evicted
		}
	}
	if n := res.Engine.Gates.Evicted; n > 0 {
		s.Evicted["shared facts"] = n
	}
	if n := res.Engine.Folded.Evicted; n > 0 {
		s.Evicted["folded findings"] = n
	}
	names, by := res.kinds()
	for _, name := range names {
		k := kindOf(name, by[name])
		for i := range s.Levels {
			s.Levels[i].Found += k.Levels[i].Found
			s.Levels[i].Of += k.Levels[i].Of
		}
		s.Named.Found += k.Named.Found
		s.Named.Of += k.Named.Of
		s.Wrong += k.Wrong
		s.Kinds = append(s.Kinds, k)
	}
	s.Beacons = cells(res.Outcomes)
	return s
}

func kindOf(name string, all []outcome) kind {
	k := kind{Name: name, Classes: all[0].Classes, Single: all[0].Single, Low: all[0].Low}
	var after []time.Duration
	for i := range all {
		o := &all[i]
		k.All.add(o.Found)
		k.Levels[o.Intensity-1].add(o.Found)
		if o.Told {
			k.Named.add(o.Named)
			if o.Silently {
				k.Wrong++
			}
		}
		if o.Case {
			k.Cases++
		}
		if o.Noticed {
			k.Noticed++
		}
		if o.Found {
			after = append(after, o.After)
		}
	}
	k.P50, k.P95 = quantile(after, 0.5), quantile(after, 0.95)
	return k
}

// cells are the beacons of the grid, shortest interval and least jitter first.
func cells(all []outcome) (out []cell) {
	after := map[[2]int64][]time.Duration{}
	for i := range all {
		o := &all[i]
		if !isBeacon(&o.Deed) {
			continue
		}
		at := slices.IndexFunc(out, func(c cell) bool { return c.Interval == o.Interval && c.Jitter == o.Jitter })
		if at < 0 {
			at = len(out)
			out = append(out, cell{Interval: o.Interval, Jitter: o.Jitter})
		}
		out[at].Yagura.add(o.Found)
		out[at].Rita.add(o.Rita >= 0.9)
		if k := [2]int64{int64(o.Interval), int64(100 * o.Jitter)}; o.Found {
			after[k] = append(after[k], o.After)
		}
	}
	for i := range out {
		t := after[[2]int64{int64(out[i].Interval), int64(100 * out[i].Jitter)}]
		out[i].P50, out[i].P95 = quantile(t, 0.5), quantile(t, 0.95)
	}
	slices.SortFunc(out, func(a, b cell) int {
		if a.Interval != b.Interval {
			return int(a.Interval - b.Interval)
		}
		return int(100*a.Jitter) - int(100*b.Jitter)
	})
	return out
}

// Beaconed is the recall of all beacons of the grid.
func (s summary) Beaconed() (r ratio) {
	for _, c := range s.Beacons {
		r.Found += c.Yagura.Found
		r.Of += c.Yagura.Of
	}
	return r
}

// SlowestBlow is the longest that a kind of one blow took to be told, of 95 in 100.
func (s summary) SlowestBlow() (d time.Duration) {
	for _, k := range s.Kinds {
		if k.Single {
			d = max(d, k.P95)
		}
	}
	return d
}

// SlowestMinute is the same of the beacons that call each minute, whatever their jitter.
func (s summary) SlowestMinute() (d time.Duration) {
	for _, c := range s.Beacons {
		if c.Interval == time.Minute {
			d = max(d, c.P95)
		}
	}
	return d
}

// Weakest are the kinds of which less than the share is found at an intensity of 1 to 5, by name.
func (s summary) Weakest(intensity int, share float64) (names []string) {
	for _, k := range s.Kinds {
		if l := k.Levels[intensity-1]; l.Of > 0 && l.share() < share {
			names = append(names, k.Name)
		}
	}
	return names
}
