package main

import (
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/attack"
)

// outcome is what became of one deed.
type outcome struct {
	attack.Deed
	Told     bool          `json:"told"`     // a finding of the class names the machine
	Found    bool          `json:"found"`    // … and stands in a case, where the deed is worth one by itself
	Case     bool          `json:"case"`     // … and stands in a case that people see
	Noticed  bool          `json:"noticed"`  // … and somebody was told at once
	After    time.Duration `json:"after_ns"` // from the deed to the case
	Named    bool          `json:"named"`    // by its right host name or Ethernet address
	NamedAs  string        `json:"named_as,omitempty"`
	Silently bool          `json:"silently,omitempty"` // a wrong name was told as if it were sure
	Severity int           `json:"host_severity,omitempty"`
	Rita     float64       `json:"rita,omitempty"` // RITA's best daily score of a beacon; 0: below 0.7
}

// grace is how long after its end a deed may still be told.
const grace = 2 * time.Hour

// judge holds one deed against what was concluded.
func (r *river) judge(d *attack.Deed) outcome {
	o := outcome{Deed: *d}
	since := d.First
	if !d.Enough.IsZero() {
		since = d.Enough
	}
	for i := range r.findings {
		f := &r.findings[i]
		if !isOf(f, d) {
			continue
		}
		o.Told = true
		o.name(f, d)
		c, when := r.caseOf(f), f.Time
		if c != nil && !d.Low {
			when = later(f.Time, c.Opened)
		}
		if c == nil && !d.Low {
			continue
		}
		if after := max(when.Sub(since), 0); !o.Found || after < o.After {
			o.After = after
		}
		o.Found = true
		if c == nil {
			continue
		}
		o.Case = true
		o.Severity = max(o.Severity, c.Incident.HostSeverity)
		o.Noticed = o.Noticed || !c.Noticed.IsZero()
	}
	return o
}

// sure is from how much certainty on a name is told without a doubt beside it.
const sure = 80

// name notes whether the finding names the machine. Of one behind a router that hides it, the router is the right answer.
func (o *outcome) name(f *event.Finding, d *attack.Deed) {
	right := f.Device.MAC == d.MAC || f.Device.Hostname == d.Machine || d.Hidden && slices.Contains(d.IPs, f.Device.IP) && !strings.HasPrefix(f.Device.Hostname, "PC-")
	if o.NamedAs == "" || right {
		o.NamedAs, o.Named = f.Device.Name(), right
		o.Silently = !right && f.Device.Confidence >= sure
	}
}

// isOf: of its class, in its time, on the machine that did it (or, by address, on what it was taken for).
func isOf(f *event.Finding, d *attack.Deed) bool {
	if !slices.Contains(d.Classes, f.Behaviour) || f.Time.Before(d.First) && f.Last.Before(d.First) || f.First.After(d.Last.Add(grace)) {
		return false
	}
	return !f.Device.MAC.IsZero() && f.Device.MAC == d.MAC || f.Device.Hostname == d.Machine || slices.Contains(d.IPs, f.Device.IP)
}

func (r *river) caseOf(f *event.Finding) *caseSeen {
	for _, c := range r.cases {
		if slices.ContainsFunc(c.Incident.Findings, func(g event.Finding) bool { return g.UID == f.UID }) {
			return c
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// guilty reports whether the machine did, or suffered, any of the deeds.
func guilty(d *event.Device, deeds []*attack.Deed) bool {
	return slices.ContainsFunc(deeds, func(x *attack.Deed) bool {
		return d.MAC == x.MAC && !d.MAC.IsZero() || d.Hostname != "" && (d.Hostname == x.Machine || d.Hostname == x.Victim) || slices.Contains(x.IPs, d.IP)
	})
}

// quantile is that of the sorted durations; 0 of none.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))]
}
