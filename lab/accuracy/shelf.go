package main

import (
	"context"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// shelf keeps cases and orders in memory, as store.State does on disk.
type shelf struct {
	cases    map[string]event.Incident
	orders   map[string]event.Order
	settings map[string]string
}

func newShelf() *shelf {
	return &shelf{cases: map[string]event.Incident{}, orders: map[string]event.Order{}, settings: map[string]string{}}
}

func (s *shelf) PutIncident(_ context.Context, i event.Incident) error {
	s.cases[i.UID] = i
	return nil
}

func (s *shelf) Incident(_ context.Context, uid string) (event.Incident, error) {
	if i, ok := s.cases[uid]; ok {
		return i, nil
	}
	return event.Incident{}, event.ErrNotFound
}

func (s *shelf) Incidents(_ context.Context, f event.IncidentFilter) (out []event.Incident, _ error) {
	for _, i := range s.cases {
		if (f.Since.IsZero() || !i.Last.Before(f.Since)) && (f.Until.IsZero() || i.First.Before(f.Until)) {
			out = append(out, i)
		}
	}
	return out, nil
}

func (s *shelf) PutOrder(_ context.Context, o event.Order) error {
	s.orders[o.UID] = o
	return nil
}

func (s *shelf) Order(_ context.Context, uid string) (event.Order, error) {
	if o, ok := s.orders[uid]; ok {
		return o, nil
	}
	return event.Order{}, event.ErrNotFound
}

func (s *shelf) Orders(_ context.Context, f event.OrderFilter) (out []event.Order, _ error) {
	for _, o := range s.orders {
		if (len(f.States) == 0 || slices.Contains(f.States, o.State)) && (f.Device == "" || f.Device == o.Target.UID) && (f.Incident == "" || f.Incident == o.Incident) {
			out = append(out, o)
		}
	}
	return out, nil
}

func (s *shelf) AppendAudit(context.Context, event.Audit) error { return nil }

func (s *shelf) Setting(_ context.Context, key string) (string, error) {
	if v, ok := s.settings[key]; ok {
		return v, nil
	}
	return "", event.ErrNotFound
}

func (s *shelf) PutSetting(_ context.Context, key, value string) error {
	s.settings[key] = value
	return nil
}
