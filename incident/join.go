package incident

import (
	"cmp"
	"context"
	"errors"
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

// maxRelated bounds how many other machines a case names.
const maxRelated = 100

// related are the machines of other open cases that this one's findings touch.
func (m *Manager) related(inc *event.Incident) []string {
	var out []string
	for _, other := range m.open {
		if linked(inc, other) {
			out = append(out, other.Device.UID)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxRelated)]
}

// linked: two machines of which one reached the other, or which call the same command server.
func linked(a, b *event.Incident) bool {
	if a.UID == b.UID || a.Device.UID == b.Device.UID {
		return false
	}
	return touches(a, &b.Device) || touches(b, &a.Device) || slices.ContainsFunc(a.Findings, func(f event.Finding) bool {
		return f.Advisory.Phase == event.PhaseC2 && f.Severity >= event.High && f.Subject != "" &&
			slices.ContainsFunc(b.Findings, func(g event.Finding) bool {
				return g.Advisory.ID == f.Advisory.ID && g.Subject == f.Subject && g.Severity >= event.High
			})
	})
}

// raise judges the other cases again that inc is linked with: what is said of one holds for both.
func (m *Manager) raise(ctx context.Context, inc *event.Incident) error {
	var uids []string
	for uid, other := range m.open {
		if linked(inc, other) {
			uids = append(uids, uid)
		}
	}
	slices.Sort(uids)
	var errs []error
	for _, uid := range uids {
		next := clone(m.open[uid])
		before := next.HostSeverity
		next.Related = m.related(&next)
		next.HostSeverity = hostSeverity(next.Findings, m.compromised(next.Related, next.Device.UID), m.cfg.HalfLife, next.Last)
		if next.HostSeverity <= before && len(next.Related) == len(m.open[uid].Related) {
			continue
		}
		if next.HostSeverity > before {
			m.line(&next, event.TimelineEntry{Time: inc.Last, Kind: "notice", Ref: inc.UID, Text: textRaised(before, next.HostSeverity, inc.Device.Name())})
		}
		m.describe(&next)
		if err := m.put(ctx, &next); err != nil {
			errs = append(errs, err)
			continue
		}
		m.tell(next)
	}
	return errors.Join(errs...)
}

func touches(inc *event.Incident, d *event.Device) bool {
	return slices.ContainsFunc(inc.Findings, func(f event.Finding) bool {
		return slices.ContainsFunc(f.Peers, func(p event.Endpoint) bool { return p.IP.IsValid() && p.IP == d.IP })
	})
}

// compromised counts the related machines whose own case is grave.
func (m *Manager) compromised(related []string, self string) int {
	n := 0
	for _, other := range m.open {
		if other.Device.UID != self && other.HostSeverity >= sevHigh && slices.Contains(related, other.Device.UID) {
			n++
		}
	}
	return n
}
