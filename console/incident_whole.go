package console

import (
	"context"
	"regexp"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// caseNumber is a case's short number, as people say it on the telephone.
var caseNumber = regexp.MustCompile(`^[0-9]{4}-[0-9]{4}-[0-9]{2,6}$`)

// find gives a case by its UID or its number; the number of a case that became part of another stays valid.
func (c *Console) find(ctx context.Context, uid string) (event.Incident, error) {
	if !caseNumber.MatchString(uid) {
		return c.deps.Ledger.Incident(ctx, uid)
	}
	list, err := c.deps.Ledger.Incidents(ctx, event.IncidentFilter{Number: uid, Limit: 1})
	if err != nil {
		return event.Incident{}, err
	}
	if len(list) == 0 {
		return event.Incident{}, event.ErrNotFound
	}
	return list[0], nil
}

// Bounds of what one answer gathers from the parts of an incident.
const (
	maxParts    = 200
	maxGathered = 1000 // findings, and lines
)

// whole gives a case with the findings, lines and notes of all its parts, each line with the machine it is about.
func (c *Console) whole(ctx context.Context, uid string) (event.Incident, error) {
	i, err := c.find(ctx, uid)
	if err != nil {
		return i, err
	}
	i.Findings, i.Timeline = slices.Clone(i.Findings), slices.Clone(i.Timeline)
	for n, h := range i.Hosts {
		if n >= maxParts || h.Incident == "" || h.Incident == i.UID {
			continue
		}
		part, err := c.deps.Ledger.Incident(ctx, h.Incident)
		if err != nil {
			return i, err
		}
		i.Findings = append(i.Findings, part.Findings[:min(len(part.Findings), max(0, maxGathered-len(i.Findings)))]...)
		name := part.Device.Name()
		for _, l := range part.Timeline[:min(len(part.Timeline), max(0, maxGathered-len(i.Timeline)))] {
			l.Text = event.Text{JA: name + "：" + l.Text.JA, EN: name + ": " + l.Text.EN}
			i.Timeline = append(i.Timeline, l)
		}
	}
	slices.SortStableFunc(i.Timeline, func(a, b event.TimelineEntry) int { return a.Time.Compare(b.Time) })
	return i, nil
}

// ordersOf are the isolations of every machine of a case, newest first.
func (c *Console) ordersOf(ctx context.Context, i *event.Incident) ([]event.Order, error) {
	machines := []string{i.Device.UID}
	for n, h := range i.Hosts {
		if n < maxParts && !slices.Contains(machines, h.Device.UID) {
			machines = append(machines, h.Device.UID)
		}
	}
	out := []event.Order{}
	for _, d := range machines {
		list, err := c.deps.Ledger.Orders(ctx, event.OrderFilter{Device: d, Limit: 20})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortStableFunc(out, func(a, b event.Order) int { return b.Time.Compare(a.Time) })
	return out, nil
}
