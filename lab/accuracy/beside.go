package main

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/lab/town/attack"
)

// beside is what the plain methods make of the same traffic.
type beside struct {
	Rita9  plain `json:"rita_0_9"` // RITA's score of 0.9 and above, on any day
	Rita7  plain `json:"rita_0_7"`
	Scans  plain `json:"scan_thresholds"`
	scores map[*attack.Deed]float64
}

// plain counts one method.
type plain struct {
	Deeds    int     `json:"deeds"` // beacons, or scans and sweeps
	Found    int     `json:"found"`
	False    int     `json:"false"` // machine, destination and day (of scans: machine and five minutes) with no deed
	FalseDay float64 `json:"false_per_endpoint_day"`
}

// evil reports the networks in which the intruders' servers stand.
func evil(ip netip.Addr) bool {
	return netip.MustParsePrefix("198.51.100.0/24").Contains(ip) || netip.MustParsePrefix("203.0.113.0/24").Contains(ip)
}

func isBeacon(d *attack.Deed) bool { return strings.HasPrefix(d.Attack, "beacon-") }

func isScan(d *attack.Deed) bool {
	return d.Attack == "sweep" || d.Attack == "port-scan" || d.Attack == "worm"
}

// compare holds the alarms of the plain methods against the truth.
func compare(rita *rita, scans *scans, deeds []*attack.Deed, endpointDays float64) *beside {
	b := &beside{scores: map[*attack.Deed]float64{}}
	for _, d := range deeds {
		if d.First.IsZero() {
			continue
		}
		if isBeacon(d) {
			best := 0.0
			for i := range rita.alarms {
				if a := &rita.alarms[i]; a.of(d) && evil(a.dst) {
					best = max(best, a.n)
				}
			}
			b.scores[d] = best
			b.Rita9.add(best >= 0.9)
			b.Rita7.add(best >= 0.7)
		}
		if isScan(d) {
			b.Scans.add(slices.ContainsFunc(scans.alarms, func(a alarm) bool { return a.of(d) }))
		}
	}
	for i := range rita.alarms {
		if a := &rita.alarms[i]; !evil(a.dst) {
			b.Rita7.False++
			if a.n >= 0.9 {
				b.Rita9.False++
			}
		}
	}
	for i := range scans.alarms {
		if a := &scans.alarms[i]; !slices.ContainsFunc(deeds, func(d *attack.Deed) bool { return a.of(d) }) {
			b.Scans.False++
		}
	}
	for _, p := range []*plain{&b.Rita9, &b.Rita7, &b.Scans} {
		p.FalseDay = float64(p.False) / endpointDays
	}
	return b
}

func (p *plain) add(found bool) {
	p.Deeds++
	if found {
		p.Found++
	}
}

// of: the machine did the deed, on one of its days.
func (a *alarm) of(d *attack.Deed) bool {
	return slices.Contains(d.IPs, a.src) && !a.at.After(d.Last.Add(grace)) && !a.at.Before(d.First.AddDate(0, 0, -1))
}
