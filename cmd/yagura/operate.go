package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// find is the machine by UID, address, MAC or host name.
func (r *river) find(what string) (event.Device, error) {
	if ip, err := netip.ParseAddr(strings.TrimPrefix(what, "ip:")); err == nil {
		return r.inventory.Device(ip, time.Now().UTC()), nil
	}
	mac, macErr := event.ParseMAC(strings.TrimPrefix(what, "mac:"))
	for _, d := range r.inventory.Devices() {
		if d.UID == what || macErr == nil && !mac.IsZero() && d.MAC == mac || d.Hostname != "" && strings.EqualFold(d.Hostname, what) {
			return d, nil
		}
	}
	return event.Device{}, fmt.Errorf("no machine is known as %q; `yagura hunt` and the console list them: %w", what, event.ErrNotFound)
}

// machines counts the known machines of a zone, "" = all.
func (r *river) machines(zone string) int {
	n := 0
	for _, d := range r.inventory.Devices() {
		if zone == "" || d.Zone == zone {
			n++
		}
	}
	return n
}

// Status implements operations.
func (r *river) Status(ctx context.Context) (statusReport, error) {
	s := statusReport{Version: version, Tenant: r.cfg.Name, Site: r.cfg.Site, Started: r.started, Console: r.console.URL(), Sensors: r.sensor.Stats(), Eve: r.eveStatus(), Rules: r.rulesStatus(), Syslog: r.syslogStatus(), Packets: r.packetsStatus()}
	frozen, err := r.policy.Frozen(ctx)
	if err != nil {
		return s, err
	}
	s.Frozen = frozen.On
	if s.Incidents, err = r.state.Incidents(ctx, event.IncidentFilter{Whole: true, States: []event.IncidentState{event.IncidentNew, event.IncidentInProgress, event.IncidentContained}}); err != nil {
		return s, err
	}
	if s.Orders, err = r.standing(ctx); err != nil {
		return s, err
	}
	s.Drifts = r.hands.Drifts()
	for _, p := range []string{r.sensor.problem(), r.sensor.silent(time.Now()), r.telemetry.Stats().Failure, s.Packets.problem()} {
		if p != "" {
			s.Problems = append(s.Problems, p)
		}
	}
	return s, nil
}

// standing are the orders that hold or wait for an answer.
func (r *river) standing(ctx context.Context) ([]event.Order, error) {
	all, err := r.state.Orders(ctx, event.OrderFilter{Limit: 1000})
	return slices.DeleteFunc(all, func(o event.Order) bool { return o.State.Terminal() }), err
}

// Isolate implements operations.
func (r *river) Isolate(ctx context.Context, who string, q controlRequest) (event.Order, error) {
	d, err := r.find(q.Target)
	if err != nil {
		return event.Order{}, err
	}
	return r.policy.Isolate(ctx, who, d, r.caseOf(ctx, d.UID), q.Lifetime, q.Reason)
}

// caseOf is the machine's open case, "" without.
func (r *river) caseOf(ctx context.Context, device string) string {
	list, err := r.state.Incidents(ctx, event.IncidentFilter{Device: device, Limit: 1,
		States: []event.IncidentState{event.IncidentNew, event.IncidentInProgress, event.IncidentContained}})
	if err != nil || len(list) == 0 {
		return ""
	}
	return list[0].UID
}

// orderOf is the standing order that target names: by its UID, or its machine's.
func (r *river) orderOf(ctx context.Context, target string) (string, error) {
	list, err := r.standing(ctx)
	if err != nil {
		return "", err
	}
	d, findErr := r.find(target)
	for _, o := range list {
		if o.UID == target || findErr == nil && o.Target.UID == d.UID || strings.EqualFold(o.Target.Hostname, target) {
			return o.UID, nil
		}
	}
	return "", fmt.Errorf("no isolation stands for %q", target)
}

// Release implements operations.
func (r *river) Release(ctx context.Context, who string, q controlRequest) (event.Order, error) {
	return r.onOrder(ctx, who, q, r.policy.Release)
}

// Approve implements operations.
func (r *river) Approve(ctx context.Context, who string, q controlRequest) (event.Order, error) {
	return r.onOrder(ctx, who, q, r.policy.Approve)
}

// Deny implements operations.
func (r *river) Deny(ctx context.Context, who string, q controlRequest) (event.Order, error) {
	return r.onOrder(ctx, who, q, r.policy.Deny)
}

func (r *river) onOrder(ctx context.Context, who string, q controlRequest, do func(ctx context.Context, who, uid, reason string) (event.Order, error)) (event.Order, error) {
	uid, err := r.orderOf(ctx, q.Target)
	if err != nil {
		return event.Order{}, err
	}
	return do(ctx, who, uid, q.Reason)
}

// Freeze implements operations; open pages see the switch turn.
func (r *river) Freeze(ctx context.Context, who string, on bool, why string) error {
	if err := r.policy.Freeze(ctx, who, on, why); err != nil {
		return err
	}
	f, err := consoleDecider{r.policy, r.state}.Frozen(ctx)
	r.console.Hub().Freeze(f)
	return err
}
