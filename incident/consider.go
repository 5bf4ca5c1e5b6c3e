package incident

import (
	"context"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Bounds of what waits in memory.
const (
	maxWaiting = 10_000 // machines with findings too weak for a case
	maxWeak    = 50     // such findings of one machine
	maxClosed  = 10_000 // closed cases
)

// consider opens a case when the findings of the machine together are strong
// enough; list are those that the new case takes up. Nil: they wait on.
func (m *Manager) consider(ctx context.Context, f event.Finding) (*event.Incident, []event.Finding, error) {
	if m.dismissed(&f) {
		return nil, nil, nil
	}
	key := machineKey(&f.Device)
	list := slices.DeleteFunc(slices.Clone(m.waiting[key]), func(g event.Finding) bool {
		return g.UID == f.UID || f.Last.Sub(g.Last) > m.cfg.Join
	})
	if len(list) >= maxWeak {
		list = slices.Delete(list, 0, 1)
	}
	list = append(list, f)
	if hostSeverity(list, nil, m.cfg.HalfLife, f.Last).severity < m.cfg.OpenAt {
		m.forget(f.Last)
		m.waiting[key] = list
		return nil, nil, nil
	}
	inc, err := m.begin(ctx, &f)
	if err != nil {
		return nil, nil, err
	}
	return &inc, list, nil
}

func machineKey(d *event.Device) string {
	switch {
	case d.UID != "":
		return d.UID
	case d.IP.IsValid():
		return "ip:" + d.IP.String()
	}
	return "mac:" + d.MAC.String()
}

// forget makes room among what waits and among closed cases; the store keeps the latter.
func (m *Manager) forget(now time.Time) {
	for key := range m.waiting {
		if len(m.waiting) < maxWaiting {
			break
		}
		m.evicted++
		delete(m.waiting, key)
	}
	for uid, inc := range m.closed {
		if len(m.closed) >= maxClosed || now.Sub(inc.Last) > max(m.cfg.FalseFor, m.cfg.Reopen) {
			delete(m.closed, uid)
		}
	}
}

// resolved is the machine's case that was resolved not long ago and opens again.
func (m *Manager) resolved(f *event.Finding) *event.Incident {
	var latest *event.Incident
	for _, inc := range m.closed {
		if inc.State != event.IncidentResolved || !sameMachine(&inc.Device, &f.Device) || f.Time.Sub(inc.Last) > m.cfg.Reopen {
			continue
		}
		if latest == nil || inc.Last.After(latest.Last) {
			latest = inc
		}
	}
	return latest
}

// wake opens a resolved case again for a finding that is new to it, and marks what happens after containment.
func (m *Manager) wake(inc *event.Incident, f *event.Finding) {
	if slices.ContainsFunc(inc.Findings, func(g event.Finding) bool { return g.UID == f.UID }) {
		return
	}
	switch inc.State {
	case event.IncidentResolved:
		inc.State = event.IncidentInProgress
		m.line(inc, event.TimelineEntry{Time: f.Time, Kind: "state", Ref: f.UID, Text: textReopened, Who: "yagura"})
	case event.IncidentContained:
		m.line(inc, event.TimelineEntry{Time: f.Time, Kind: "notice", Ref: f.UID, Text: textAfterContainment})
	}
}

// dismissed reports that a person called the same finding of this machine a
// false positive not long ago, and that it did not become more severe.
func (m *Manager) dismissed(f *event.Finding) bool {
	for _, inc := range m.closed {
		if inc.State != event.IncidentFalsePositive || !sameMachine(&inc.Device, &f.Device) || f.Time.Sub(inc.Last) > m.cfg.FalseFor {
			continue
		}
		if slices.ContainsFunc(inc.Findings, func(g event.Finding) bool {
			return g.Advisory.ID == f.Advisory.ID && g.Behaviour == f.Behaviour && g.Subject == f.Subject && f.Severity <= g.Severity
		}) {
			return true
		}
	}
	return false
}

// openCase is the UID of the open case of a machine that moved last, or "".
func (m *Manager) openCase(d *event.Device) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var latest *event.Incident
	for _, inc := range m.open {
		if sameMachine(&inc.Device, d) && (latest == nil || inc.Last.After(latest.Last)) {
			latest = inc
		}
	}
	if latest == nil {
		return ""
	}
	return latest.UID
}

// Stats counts what is held in memory.
type Stats struct {
	Open    int    `json:"open"`
	Closed  int    `json:"closed"`
	Waiting int    `json:"waiting"` // machines with findings too weak for a case
	Evicted uint64 `json:"evicted"`
}

// Stats is a snapshot of the counters.
func (m *Manager) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Stats{len(m.open), len(m.closed), len(m.waiting), m.evicted}
}
