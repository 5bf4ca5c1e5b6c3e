package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

// consoleSegments lets the console decide about parts of the network, and rehearse the policy.
type consoleSegments struct{ r *river }

func (c consoleSegments) request(a console.SegmentAsk) controlRequest {
	return controlRequest{Segment: segmentName{a.Kind, a.Name}, Lifetime: a.For, Reason: a.Why}
}

// Segments implements console.Segments.
func (c consoleSegments) Segments(context.Context) ([]console.SegmentChoice, error) {
	var out []console.SegmentChoice
	for _, n := range c.r.segmentNames() {
		s, err := c.r.segmentOf(n)
		if err != nil {
			continue // a configured zone without machines and ranges: there is nothing to cut off
		}
		out = append(out, console.SegmentChoice{Kind: n.Kind, Name: s.Name, Machines: len(s.Devices), Ranges: len(s.Nets)})
	}
	return out, nil
}

// PreviewSegment implements console.Segments.
func (c consoleSegments) PreviewSegment(ctx context.Context, a console.SegmentAsk) (console.SegmentPreview, error) {
	p, err := c.r.PreviewSegment(ctx, c.request(a))
	if err != nil {
		return console.SegmentPreview{}, err
	}
	out := console.SegmentPreview{Segment: p.Segment, Allowed: p.Allowed, Machines: p.Machines, Minutes: int(p.Lifetime.Minutes()), Expires: p.Expires,
		Offices: []console.Office{}, Kept: []console.KeptMachine{}, Nets: []string{}, Services: []console.LostService{}, Spared: p.Spared,
		Guards: []console.GuardResult{}, Commands: []console.EnforcerPlan{}}
	for _, o := range p.Offices {
		out.Offices = append(out.Offices, console.Office(o))
	}
	for _, k := range p.Kept {
		out.Kept = append(out.Kept, console.KeptMachine(k))
	}
	for _, n := range p.Nets {
		out.Nets = append(out.Nets, n.String())
	}
	for _, s := range p.Services {
		out.Services = append(out.Services, console.LostService{Server: s.Server, Name: c.r.inventory.Device(s.Server, time.Now().UTC()).Hostname, Proto: s.Proto, Port: s.Port,
			Inside: s.Inside, Clients: s.Clients, Days: s.Days, Last: s.Last, FromZone: s.FromZone, ToZone: s.ToZone})
	}
	for _, g := range p.Guards {
		out.Guards = append(out.Guards, console.GuardResult(g))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Commands)) {
		out.Commands = append(out.Commands, console.EnforcerPlan{Enforcer: name, Lines: p.Commands[name]})
	}
	return out, nil
}

// IsolateSegment implements console.Segments.
func (c consoleSegments) IsolateSegment(ctx context.Context, a console.SegmentAsk) (event.Order, error) {
	return explained(c.r.IsolateSegment(ctx, a.Who, c.request(a)))
}

// Rehearse implements console.Segments.
func (c consoleSegments) Rehearse(ctx context.Context, who string, days int, accept bool, why string) (console.Rehearsal, error) {
	r, err := c.r.Rehearse(ctx, who, controlRequest{Lifetime: time.Duration(days) * 24 * time.Hour, On: accept, Reason: why})
	var no *decide.Refusal
	if errors.As(err, &no) {
		return console.Rehearsal{}, console.Refused{Text: no.Text}
	}
	if err != nil {
		return console.Rehearsal{}, err
	}
	out := console.Rehearsal{From: r.From, Until: r.Until, Cases: r.Cases, Machines: r.Machines, False: r.False, Asked: r.Asked, Refused: r.Refused,
		Would: []console.WouldHave{}, Policy: policyLines(c.r.cfg.Decide), Auto: saysAuto(c.r.cfg.Decide)}
	for _, w := range r.Would {
		out.Would = append(out.Would, console.WouldHave{Incident: w.Incident, Number: w.Number, Machine: w.Device.Name(), Time: w.Time, Auto: w.Isolates(),
			False: w.False, Rule: w.Rule, Why: w.Refused})
	}
	if r.Accepted != nil {
		out.Accepted, out.At = r.Accepted.Who, r.Accepted.Time
	}
	return out, nil
}
