package attack

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/lab/town/stage"
)

// again is how many more deeds of a kind there are at the quietest and at normal intensity.
const again = 2

// Plan puts each kind on the stage at each of five intensities, each on a PC of its own, more than once at the quietest and
// at the normal one, and beacons besides at many intervals and jitters. The deeds are complete when the stage has been played.
func Plan(s *stage.Stage, only func(Attack) bool) []*Deed {
	p := planner{s: s, pcs: victims(s), used: map[*stage.Machine]bool{}}
	for _, k := range All {
		if only != nil && !only(k) {
			continue
		}
		for intensity := 1; intensity <= 5; intensity++ {
			p.add(k, Deed{Intensity: intensity, Jitter: 0.2})
		}
		for range again { // where a recall is wanted by behaviour
			p.add(k, Deed{Intensity: 1, Jitter: 0.2})
			p.add(k, Deed{Intensity: 3, Jitter: 0.2})
		}
		if !isBeacon(k) {
			continue
		}
		for _, interval := range []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour} {
			for _, jitter := range []float64{0, 0.1, 0.3, 0.5} {
				p.add(k, Deed{Intensity: 3, Jitter: jitter, Interval: interval})
			}
		}
	}
	return p.deeds
}

func isBeacon(k Attack) bool {
	return slices.Contains([]string{"beacon-http", "beacon-tls", "beacon-tcp", "beacon-proxy"}, k.Name)
}

type planner struct {
	s     *stage.Stage
	pcs   []*stage.Machine
	used  map[*stage.Machine]bool
	deeds []*Deed
}

// victims are the PCs in random order.
func victims(s *stage.Stage) []*stage.Machine {
	out := slices.Clone(s.PCs)
	r := s.Dice("victims")
	r.Shuffle(len(out), func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}

// add lets the attack begin on a working day of the first half, one to six hours after the PC was switched on. In a
// small town one PC may suffer several.
func (p *planner) add(k Attack, d Deed) {
	m := p.victim(k)
	if m == nil {
		return
	}
	d.Attack, d.Classes, d.Single, d.Low, d.Machine, d.MAC, d.User = k.Name, k.Classes, k.Single, k.Low, m.Name, m.MAC, m.User
	d.number = len(p.deeds)
	deed := &d
	p.deeds = append(p.deeds, deed)
	a := &Act{Scene: p.s.Scene(m, fmt.Sprint("attack ", k.Name, d.Intensity, d.Jitter, d.Interval)), Deed: deed}
	p.s.At(p.begin(a, k.Learnt), func() { k.Play(a) })
}

// victim is a PC that has not suffered yet; where there are too few, the least used will do.
func (p *planner) victim(k Attack) *stage.Machine {
	zone := cmp.Or(k.Zone, "internet")
	for range 2 {
		for _, m := range p.pcs {
			if m.Zone == zone && !p.used[m] && (!k.ByProxy || m.Proxy) && (!k.Local || !m.Far && m.Net.NAT == nil) {
				p.used[m] = true
				return m
			}
		}
		for m := range p.used {
			p.used[m] = p.used[m] && m.Zone != zone
		}
	}
	return nil
}

// begin is in the first half of the time, on a day on which the PC is on, and not within the days of learning.
func (p *planner) begin(a *Act, learnt int) time.Time {
	span := p.s.End().Sub(p.s.Start)
	at := p.s.Start.Add(a.Part(span / 2))
	if soonest := p.s.Start.AddDate(0, 0, learnt); at.Before(soonest) && soonest.Before(p.s.End()) {
		at = soonest
	}
	for range 30 {
		if on, off, ok := p.s.Hours(a.Me, at); ok && stage.WorkDay(at) {
			return on.Add(40 * time.Minute).Add(a.Part(min(6*time.Hour, off.Sub(on)/2)))
		}
		at = at.Add(24 * time.Hour)
		if !at.Before(p.s.End()) {
			at = p.s.Start
		}
	}
	return p.s.Start.Add(10 * time.Hour)
}
