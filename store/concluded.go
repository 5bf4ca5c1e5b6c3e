package store

import (
	"context"
	"time"

	"github.com/yagura-project/yagura/event"
)

var incidents = shelf[event.Incident]{
	table: "incidents", noun: "incident", columns: []string{"device", "severity", "state"},
	values: func(i *event.Incident) (string, time.Time, []any) {
		return i.UID, happened(i.Header, i.First), []any{i.Device.UID, i.HostSeverity, string(i.State)}
	},
}

var findings = shelf[event.Finding]{
	table: "findings", noun: "finding", columns: []string{"device", "detector", "severity"},
	values: func(f *event.Finding) (string, time.Time, []any) {
		return f.UID, happened(f.Header, f.First), []any{f.Device.UID, f.Advisory.ID, int(f.Severity)}
	},
}

// happened is what a value is sorted by: its own time, else when it began, else when it was received.
func happened(h event.Header, first time.Time) time.Time {
	switch {
	case !h.Time.IsZero():
		return h.Time
	case !first.IsZero():
		return first
	}
	return h.Seen
}

// PutIncident keeps a case, replacing what was kept under its UID.
func (s *State) PutIncident(ctx context.Context, i event.Incident) error {
	if err := s.own(&i.Tenant); err != nil {
		return err
	}
	return incidents.put(ctx, s, i)
}

// Incident gives one case, or event.ErrNotFound.
func (s *State) Incident(ctx context.Context, uid string) (event.Incident, error) {
	return incidents.get(ctx, s, uid)
}

// Incidents gives the cases that fit, newest first.
func (s *State) Incidents(ctx context.Context, f event.IncidentFilter) ([]event.Incident, error) {
	return incidents.list(ctx, s, s.whereIncident(f), f.Limit, f.Offset)
}

// CountIncidents counts all cases that fit, whatever the filter's limit.
func (s *State) CountIncidents(ctx context.Context, f event.IncidentFilter) (int, error) {
	return incidents.count(ctx, s, s.whereIncident(f))
}

func (s *State) whereIncident(f event.IncidentFilter) *where {
	w := s.where()
	oneOf(w, "state", f.States)
	w.equal("device", f.Device)
	if f.MinSeverity > 0 {
		w.add("severity >= ?", f.MinSeverity)
	}
	if f.Number != "" {
		w.add("json_extract(body, '$.number') = ?", f.Number)
	}
	if f.Whole {
		w.add("json_extract(body, '$.lead') IS NULL")
	}
	w.between(f.Since, f.Until)
	return w
}

// PutFinding keeps a finding, replacing what was kept under its UID.
func (s *State) PutFinding(ctx context.Context, f event.Finding) error {
	if err := s.own(&f.Tenant); err != nil {
		return err
	}
	return findings.put(ctx, s, f)
}

// Finding gives one finding, or event.ErrNotFound.
func (s *State) Finding(ctx context.Context, uid string) (event.Finding, error) {
	return findings.get(ctx, s, uid)
}

// Findings gives the findings that fit, newest first.
func (s *State) Findings(ctx context.Context, f event.FindingFilter) ([]event.Finding, error) {
	return findings.list(ctx, s, s.whereFinding(f), f.Limit, f.Offset)
}

// CountFindings counts all findings that fit, whatever the filter's limit.
func (s *State) CountFindings(ctx context.Context, f event.FindingFilter) (int, error) {
	return findings.count(ctx, s, s.whereFinding(f))
}

func (s *State) whereFinding(f event.FindingFilter) *where {
	w := s.where()
	w.equal("device", f.Device)
	w.equal("detector", f.Detector)
	w.between(f.Since, f.Until)
	return w
}
