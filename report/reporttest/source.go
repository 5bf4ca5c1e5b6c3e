package reporttest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Source is what is kept, in memory; it answers like the store.
type Source struct {
	Town     string
	Kept     map[string]string // settings by their key
	Cases    []event.Incident
	Cuts     []event.Order
	Counters []event.SensorStats
	Top      event.Table
	NoHunts  bool
	Broken   error // what every question is answered with
}

// Tenant is always kitakata.
func (s *Source) Tenant() string { return "kitakata" }

// Setting knows the town's name only.
func (s *Source) Setting(_ context.Context, key string) (string, error) {
	if key == "report.town" && s.Town != "" {
		return s.Town, s.Broken
	}
	if v, ok := s.Kept[key]; ok {
		return v, s.Broken
	}
	return "", cmp.Or(s.Broken, event.ErrNotFound)
}

// Incidents gives the cases that fit, newest first.
func (s *Source) Incidents(_ context.Context, f event.IncidentFilter) ([]event.Incident, error) {
	var out []event.Incident
	for _, i := range s.Cases {
		if within(i.Time, f.Since, f.Until) && (len(f.States) == 0 || slices.Contains(f.States, i.State)) && i.HostSeverity >= f.MinSeverity {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b event.Incident) int { return b.Time.Compare(a.Time) })
	return cut(out, f.Limit, f.Offset), s.Broken
}

// CountIncidents counts all that fit.
func (s *Source) CountIncidents(ctx context.Context, f event.IncidentFilter) (int, error) {
	f.Limit, f.Offset = 1<<30, 0
	list, err := s.Incidents(ctx, f)
	return len(list), err
}

// Orders gives the isolations that fit, newest first.
func (s *Source) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	var out []event.Order
	for _, o := range s.Cuts {
		if within(o.Time, f.Since, f.Until) && (len(f.States) == 0 || slices.Contains(f.States, o.State)) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b event.Order) int { return b.Time.Compare(a.Time) })
	return cut(out, f.Limit, f.Offset), s.Broken
}

// SensorStats gives the counters of the time, oldest first.
func (s *Source) SensorStats(_ context.Context, from, until time.Time) ([]event.SensorStats, error) {
	var out []event.SensorStats
	for _, c := range s.Counters {
		if within(c.Time, from, until) {
			out = append(out, c)
		}
	}
	return out, s.Broken
}

// AuditHead is a ledger of 1,234 lines, or an empty one where nothing happened.
func (s *Source) AuditHead(context.Context) (int64, string, error) {
	if len(s.Cases) == 0 {
		return 0, "", s.Broken
	}
	return 1234, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", s.Broken
}

// Hunt answers with Top.
func (s *Source) Hunt(context.Context, string, map[string]string) (event.Table, error) {
	if s.NoHunts {
		return event.Table{}, errors.New("this build cannot hunt")
	}
	return s.Top, s.Broken
}

func within(t, since, until time.Time) bool {
	return (since.IsZero() || !t.Before(since)) && (until.IsZero() || t.Before(until))
}

func cut[T any](list []T, limit, offset int) []T {
	if limit == 0 {
		limit = 100
	}
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))]
}
