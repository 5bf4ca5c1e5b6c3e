package main

import (
	"context"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// shelf keeps cases and orders in memory, as store.State does on disk.
type shelf struct {
	cases    drawer[event.Incident]
	orders   drawer[event.Order]
	settings drawer[string]
}

// drawer is what was put, by UID or key.
type drawer[T any] map[string]T

func (d drawer[T]) get(uid string) (v T, err error) {
	v, ok := d[uid]
	if !ok {
		err = event.ErrNotFound
	}
	return v, err
}

func (d drawer[T]) put(uid string, v T) error {
	d[uid] = v
	return nil
}

// all are those that fit.
func (d drawer[T]) all(fits func(T) bool) (out []T) {
	for _, v := range d {
		if fits(v) {
			out = append(out, v)
		}
	}
	return out
}

func newShelf() *shelf {
	return &shelf{drawer[event.Incident]{}, drawer[event.Order]{}, drawer[string]{}}
}

func (s *shelf) PutIncident(_ context.Context, i event.Incident) error { return s.cases.put(i.UID, i) }

func (s *shelf) Incident(_ context.Context, uid string) (event.Incident, error) {
	return s.cases.get(uid)
}

func (s *shelf) Incidents(_ context.Context, f event.IncidentFilter) ([]event.Incident, error) {
	return s.cases.all(func(i event.Incident) bool {
		return (f.Since.IsZero() || !i.Last.Before(f.Since)) && (f.Until.IsZero() || i.First.Before(f.Until))
	}), nil
}

func (s *shelf) PutOrder(_ context.Context, o event.Order) error { return s.orders.put(o.UID, o) }

func (s *shelf) Order(_ context.Context, uid string) (event.Order, error) { return s.orders.get(uid) }

func (s *shelf) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	return s.orders.all(func(o event.Order) bool {
		return (len(f.States) == 0 || slices.Contains(f.States, o.State)) && (f.Device == "" || f.Device == o.Target.UID) && (f.Incident == "" || f.Incident == o.Incident)
	}), nil
}

func (s *shelf) AppendAudit(context.Context, event.Audit) error { return nil }

func (s *shelf) Setting(_ context.Context, key string) (string, error) { return s.settings.get(key) }

func (s *shelf) PutSetting(_ context.Context, key, value string) error {
	return s.settings.put(key, value)
}
