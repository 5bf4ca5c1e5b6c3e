package incident

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// Except takes back what a later exception covers: in open cases such findings no longer count, the severity falls,
// and a case of which nothing is left is resolved. covers gives the reason (owner, why, until when) for people.
// It returns the cases that changed; what stands isolated stays so until a person releases it.
func (m *Manager) Except(ctx context.Context, covers func(*event.Finding) (why event.Text, ok bool)) (changed []event.Incident, err error) {
	m.mu.Lock()
	uids := slices.Sorted(maps.Keys(m.open))
	for key, list := range m.waiting {
		m.waiting[key] = slices.DeleteFunc(list, func(f event.Finding) bool {
			_, ok := covers(&f)
			return ok
		})
	}
	m.mu.Unlock()
	var errs []error
	for _, uid := range uids {
		if !m.covered(uid, covers) {
			continue
		}
		inc, err := m.change(ctx, uid, func(inc *event.Incident) { m.takeBack(inc, covers) })
		if err != nil {
			errs = append(errs, err)
			continue
		}
		changed = append(changed, inc)
	}
	return changed, errors.Join(errs...)
}

func (m *Manager) covered(uid string, covers func(*event.Finding) (event.Text, bool)) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	inc := m.open[uid]
	return inc != nil && slices.ContainsFunc(inc.Findings, func(f event.Finding) bool {
		_, ok := covers(&f)
		return ok && f.Excepted == (event.Text{})
	})
}

func (m *Manager) takeBack(inc *event.Incident, covers func(*event.Finding) (event.Text, bool)) {
	now := m.now().UTC()
	var last event.Text
	for i := range inc.Findings {
		f := &inc.Findings[i]
		if why, ok := covers(f); ok && f.Excepted == (event.Text{}) {
			f.Excepted, last = why, why
			m.line(inc, event.TimelineEntry{Time: now, Kind: "state", Ref: f.UID, Who: "yagura",
				Text: fillText(textExcepted, f.Advisory.Title, why)})
		}
	}
	left := counted(inc.Findings)
	before := inc.HostSeverity
	after := hostSeverity(left, nil, m.cfg.HalfLife, inc.Last).severity
	switch {
	case len(left) == 0:
		inc.State, inc.HostSeverity, inc.Why = event.IncidentResolved, sevInfo, []event.Text{fillText(textExceptClosed, last)}
		m.line(inc, event.TimelineEntry{Time: now, Kind: "state", Who: "yagura", Text: fillText(textExceptClosed, last)})
	case after < before:
		m.line(inc, event.TimelineEntry{Time: now, Kind: "notice", Who: "yagura", Text: fill(textLowered, before, after)})
	}
}

// counted are the findings that no later exception took back.
func counted(list []event.Finding) []event.Finding {
	if !slices.ContainsFunc(list, excepted) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), excepted)
}

func excepted(f event.Finding) bool { return f.Excepted != (event.Text{}) }

var (
	textExcepted     = event.Text{JA: "「%s」を例外により取り下げました：%s", EN: "Took back \"%s\" because of an exception: %s"}
	textExceptClosed = event.Text{JA: "残る根拠がなくなったため、案件を閉じました：%s", EN: "Nothing is left of the case, and it was closed: %s"}
	textLowered      = event.Text{JA: "例外により、危険度が %d から %d に下がりました", EN: "Severity fell from %d to %d because of an exception"}
)

// fillText puts sentences of both languages into a sentence.
func fillText(t event.Text, args ...event.Text) event.Text {
	ja, en := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		ja[i], en[i] = a.JA, a.EN
	}
	return event.Text{JA: fmt.Sprintf(t.JA, ja...), EN: fmt.Sprintf(t.EN, en...)}
}
