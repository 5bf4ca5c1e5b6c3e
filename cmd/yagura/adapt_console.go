package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// consoleUsers lets the console keep its users in the store.
type consoleUsers struct{ state *store.State }

func (u consoleUsers) User(ctx context.Context, name string) (console.User, error) {
	kept, err := u.state.User(ctx, name)
	return fromStoreUser(kept), err
}

func (u consoleUsers) Users(ctx context.Context) ([]console.User, error) {
	kept, err := u.state.Users(ctx)
	out := make([]console.User, len(kept))
	for i, k := range kept {
		out[i] = fromStoreUser(k)
	}
	return out, err
}

func (u consoleUsers) PutUser(ctx context.Context, c console.User) error {
	return u.state.PutUser(ctx, store.User{Name: c.Name, Hash: c.Hash, Role: string(c.Role), MustChange: c.MustChange,
		Disabled: c.Disabled, Created: c.Created, Changed: c.Changed, LastLogin: c.LastLogin})
}

func fromStoreUser(k store.User) console.User {
	return console.User{Name: k.Name, Hash: k.Hash, Role: console.Role(k.Role), MustChange: k.MustChange,
		Disabled: k.Disabled, Created: k.Created, Changed: k.Changed, LastLogin: k.LastLogin}
}

// consoleDecider lets the console ask the policy.
type consoleDecider struct {
	engine *decide.Engine
	state  *store.State
}

func (d consoleDecider) Preview(ctx context.Context, a console.Ask) (console.Preview, error) {
	p, err := d.engine.Preview(ctx, a.Device, a.Severity, a.For)
	if err != nil {
		return console.Preview{}, err
	}
	out := console.Preview{Target: p.Target, Allowed: p.Allowed, Rehearsal: p.Rehearsal, Mode: p.Mode, Rule: p.Rule, MAC: p.MAC.String(), TwoPeople: d.engine.NeedsTwo(p.Target),
		Minutes: int(p.Lifetime.Minutes()), Expires: p.Expires, Steps: p.Steps, Spared: p.Spared}
	for _, ip := range p.IPs {
		out.IPs = append(out.IPs, ip.String())
	}
	for _, g := range p.Guards {
		out.Guards = append(out.Guards, console.GuardResult(g))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Commands)) {
		out.Commands = append(out.Commands, console.EnforcerPlan{Enforcer: name, Lines: p.Commands[name]})
	}
	return out, nil
}

func (d consoleDecider) Isolate(ctx context.Context, a console.Ask) (event.Order, error) {
	return explained(d.engine.Isolate(ctx, a.Who, a.Device, a.Incident, a.For, a.Why))
}

func (d consoleDecider) Approve(ctx context.Context, order, who, why string) (event.Order, error) {
	return explained(d.engine.Approve(ctx, who, order, why))
}

func (d consoleDecider) Deny(ctx context.Context, order, who, why string) (event.Order, error) {
	return explained(d.engine.Deny(ctx, who, order, why))
}

func (d consoleDecider) Release(ctx context.Context, order, who, why string) (event.Order, error) {
	return explained(d.engine.Release(ctx, who, order, why))
}

func (d consoleDecider) Freeze(ctx context.Context, on bool, who, why string) error {
	return d.engine.Freeze(ctx, who, on, why)
}

func (d consoleDecider) Frozen(ctx context.Context) (console.Freeze, error) {
	f, err := d.engine.Frozen(ctx)
	return console.Freeze(f), err
}

// explained gives a refusal of the policy the form in which the console shows it to people.
func explained(o event.Order, err error) (event.Order, error) {
	var r *decide.Refusal
	if errors.As(err, &r) {
		return o, console.Refused{Text: r.Text}
	}
	return o, err
}

// consoleHunter lets the console ask the telemetry.
type consoleHunter struct{ state *store.State }

func (h consoleHunter) Hunts() []console.HuntInfo {
	var out []console.HuntInfo
	for _, q := range h.state.Hunts() {
		info := console.HuntInfo{Name: q.Name, Title: q.Title}
		for _, p := range q.Params {
			info.Params = append(info.Params, console.HuntParam{Name: p.Name, Kind: string(p.Kind), Title: p.Title,
				Default: p.Default, Choice: p.Choice, Optional: p.Optional})
		}
		out = append(out, info)
	}
	return out
}

func (h consoleHunter) Hunt(ctx context.Context, name string, params map[string]string) (event.Table, error) {
	t, err := h.state.Hunt(ctx, name, params)
	for _, mendable := range []error{store.ErrNoHunt, store.ErrHuntParam, store.ErrHuntTooBig, store.ErrHuntTimeout, store.ErrSlim} {
		if errors.Is(err, mendable) {
			return t, console.Refused{Text: event.Text{JA: "この条件では調べられませんでした：" + err.Error(), EN: err.Error()}}
		}
	}
	return t, err
}
