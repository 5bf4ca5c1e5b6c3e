package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town"
	"github.com/yagura-project/yagura/lab/town/attack"
)

type options struct {
	pcs, days      int
	seed           uint64
	quiet, verbose bool
	packets        bool                     // as frames, through the dissectors
	pcap           string                   // write the frames to this file too
	heap           string                   // write a profile of the heap at the end to this file
	stop           context.Context          // when it is done, the town ends early; nil: never
	only           func(attack.Attack) bool // nil: every kind
}

// result is one town, played to the end.
type result struct {
	PCs          int                `json:"pcs"`
	Days         int                `json:"days"`
	Seed         uint64             `json:"seed"`
	Attacks      int                `json:"attacks"`
	Events       uint64             `json:"events"`
	Flows        uint64             `json:"flows"`
	Seconds      float64            `json:"cpu_seconds"` // of the whole process, the making of the town included
	MemoryMB     float64            `json:"memory_mb"`   // of the heap at its highest
	LiveMB       float64            `json:"live_mb"`     // what lives of it at the end
	EndpointDays float64            `json:"endpoint_days"`
	HostHours    float64            `json:"host_hours"` // that PCs were on
	False        falseness          `json:"false"`
	Beside       *beside            `json:"beside"`
	Outcomes     []outcome          `json:"outcomes,omitempty"`
	Engine       detect.EngineStats `json:"engine"`
	FalseList    map[string]*wrong  `json:"false_list,omitempty"`  // by detector, class and severity
	FalseCases   []string           `json:"false_cases,omitempty"` // those that somebody was told of at once, at most 20
}

// falseness is what was found on machines that did nothing.
type falseness struct {
	Findings  int     `json:"findings"`
	Medium    int     `json:"medium"` // of at least medium severity
	High      int     `json:"high"`
	Cases     int     `json:"cases"`     // opened: people see them in the list
	Letters   int     `json:"letters"`   // told at once
	Proposals int     `json:"proposals"` // isolations asked for
	PerWeek   float64 `json:"letters_per_week"`
	PerDay    float64 `json:"findings_per_endpoint_day"`
}

// wrong is one kind of false finding with an example each of the first three things it was about.
type wrong struct {
	N        int      `json:"n"`
	Examples []string `json:"examples"`
	subjects []string
}

func (w *wrong) add(f *event.Finding) {
	w.N++
	about := f.Subject
	if len(f.Device.Roles) > 0 {
		about += f.Device.Name()
	}
	if len(w.Examples) < 3 && !slices.Contains(w.subjects, about) {
		w.subjects = append(w.subjects, about)
		w.Examples = append(w.Examples, strings.TrimSpace(f.Device.Name()+" "+strings.Join(f.Device.Roles, " "))+": "+f.Summary.EN)
	}
}

// measure plays one town and judges it.
func measure(o options, list []detect.Detector) (*result, error) {
	if o.stop == nil {
		o.stop = context.Background()
	}
	collect()
	t := town.New(town.Options{Seed: o.seed, PCs: o.pcs, Days: o.days, Quiet: o.quiet, Attacks: o.only})
	r, err := newRiver(&t.Town, list)
	if err != nil {
		return nil, err
	}
	sensor, done, err := o.sensor()
	if err != nil {
		return nil, err
	}
	p := &player{options: o, town: t, river: r, rita: newRita(), scans: newScans(), begin: busy()}
	res := &result{PCs: o.pcs, Days: o.days, Seed: o.seed, FalseList: map[string]*wrong{}}
	res.Events, res.Flows = t.Play(sensor(p.see))
	if err := done(); err != nil {
		return nil, err
	}
	p.look()
	live := p.live()
	if err := p.profile(o.heap); err != nil {
		return nil, err
	}
	r.engine.Close()
	p.rita.close()
	res.MemoryMB, res.LiveMB, res.Seconds, res.Engine = float64(p.high)/1e6, float64(live)/1e6, (busy() - p.begin).Seconds(), r.engine.Stats()
	if played := t.End().Sub(t.Town.Start); played < time.Duration(o.days)*24*time.Hour {
		res.Days = max(1, int(played/(24*time.Hour)))
	}
	res.EndpointDays, res.HostHours = float64(o.pcs*res.Days), hostHours(t)
	res.judge(p)
	return res, r.err
}

// judge holds what was concluded against the truth.
func (res *result) judge(p *player) {
	res.Beside = compare(p.rita, p.scans, p.town.Deeds, res.EndpointDays)
	for _, d := range p.town.Deeds {
		if !d.First.IsZero() {
			o := p.river.judge(d)
			o.Rita = res.Beside.scores[d]
			res.Outcomes = append(res.Outcomes, o)
		}
	}
	res.Attacks = len(res.Outcomes)
	res.count(p.river, p.town)
}

// count adds up what was found on machines that did nothing.
func (res *result) count(r *river, t *town.Town) {
	for i := range r.findings {
		f := &r.findings[i]
		if guilty(&f.Device, t.Deeds) {
			continue
		}
		res.False.Findings++
		if f.Severity >= event.Medium {
			res.False.Medium++
		}
		if f.Severity >= event.High {
			res.False.High++
		}
		key := fmt.Sprintf("%s %s severity %d", f.Advisory.ID, f.Behaviour, f.Severity)
		w := res.FalseList[key]
		if w == nil {
			w = &wrong{}
			res.FalseList[key] = w
		}
		w.add(f)
	}
	for _, uid := range slices.Sorted(maps.Keys(r.cases)) {
		c := r.cases[uid]
		if guilty(&c.Incident.Device, t.Deeds) {
			continue
		}
		res.False.Cases++
		if res.False.Letters += c.Letters; c.Letters > 0 && len(res.FalseCases) < 20 {
			res.FalseCases = append(res.FalseCases, c.String())
		}
		if c.Proposed {
			res.False.Proposals++
		}
	}
	res.False.PerWeek = float64(res.False.Letters) / float64(res.Days) * 7
	res.False.PerDay = float64(res.False.Findings) / res.EndpointDays
}

// String tells a case in one line: the machine, how severe, and what it consists of.
func (c *caseSeen) String() string {
	var parts []string
	for i := range c.Incident.Findings {
		f := &c.Incident.Findings[i]
		parts = append(parts, fmt.Sprintf("%s severity %d (%s)", f.Behaviour, f.Severity, f.Summary.EN))
	}
	return fmt.Sprintf("%s, host severity %d: %s", c.Incident.Device.Name(), c.Incident.HostSeverity, strings.Join(parts, "; "))
}

// kinds are the attacks by name, in order.
func (res *result) kinds() (names []string, by map[string][]outcome) {
	by = map[string][]outcome{}
	for _, o := range res.Outcomes {
		by[o.Attack] = append(by[o.Attack], o)
	}
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, by
}
