package incident

import (
	"cmp"
	"math"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// join puts f into the case and reports whether people see a difference.
func (m *Manager) join(inc *event.Incident, f event.Finding) bool {
	f.Gates = nil // they are kept with the finding itself
	inc.Device = newer(inc.Device, f.Device)
	if f.Time.After(inc.Last) {
		inc.Last = f.Time
	}
	if first := cmp.Or(f.First, f.Time); first.Before(inc.First) {
		inc.First = first
	}
	i := slices.IndexFunc(inc.Findings, func(g event.Finding) bool { return g.UID == f.UID })
	if i >= 0 {
		old := inc.Findings[i]
		if f.Severity <= old.Severity {
			f.Excepted = old.Excepted
		}
		inc.Findings[i] = f
		return f.Severity != old.Severity || decade(f.Count) != decade(old.Count)
	}
	m.makeRoom(inc)
	inc.Findings = append(inc.Findings, f)
	m.line(inc, event.TimelineEntry{Time: f.Time, Kind: "finding", Ref: f.UID, Phase: f.Advisory.Phase, Text: f.Summary})
	return true
}

func decade(n int) int { return int(math.Log10(float64(max(n, 1)))) }

// newer keeps what is known of a machine when a later finding knows less.
func newer(old, now event.Device) event.Device {
	if now.MAC.IsZero() && !old.MAC.IsZero() || now.UID == "" {
		return old
	}
	now.Hostname = cmp.Or(now.Hostname, old.Hostname)
	now.User = cmp.Or(now.User, old.User)
	return now
}

// makeRoom drops the weakest finding of a full case.
func (m *Manager) makeRoom(inc *event.Incident) {
	if len(inc.Findings) < m.cfg.MaxFindings {
		return
	}
	weakest := 0
	for i := range inc.Findings {
		if together(&inc.Findings[i]) < together(&inc.Findings[weakest]) {
			weakest = i
		}
	}
	inc.Findings = slices.Delete(inc.Findings, weakest, weakest+1)
}

// line adds a line in time order; a full timeline loses its oldest finding, then its oldest line.
func (m *Manager) line(inc *event.Incident, e event.TimelineEntry) {
	if len(inc.Timeline) >= m.cfg.MaxTimeline {
		i := max(slices.IndexFunc(inc.Timeline, func(t event.TimelineEntry) bool { return t.Kind == "finding" }), 0)
		inc.Timeline = slices.Delete(inc.Timeline, i, i+1)
	}
	at := len(inc.Timeline)
	for at > 0 && inc.Timeline[at-1].Time.After(e.Time) {
		at--
	}
	inc.Timeline = slices.Insert(inc.Timeline, at, e)
}
