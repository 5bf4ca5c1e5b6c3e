package main

import (
	"context"
	"errors"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

// consoleNevers lets the console keep what may never be cut off.
type consoleNevers struct{ r *river }

// NeverList implements console.Nevers.
func (c consoleNevers) NeverList(ctx context.Context) (console.NeverList, error) {
	var out console.NeverList
	configured, added, err := c.r.policy.Nevers(ctx)
	for _, b := range decide.ProtectedRoles() {
		out.Roles = append(out.Roles, console.NeverRole(b))
	}
	for _, e := range configured {
		out.Configured = append(out.Configured, neverShown(e))
	}
	for _, e := range added {
		out.Added = append(out.Added, neverShown(e))
	}
	return out, err
}

// AddNever implements console.Nevers.
func (c consoleNevers) AddNever(ctx context.Context, who string, e console.NeverEntry) ([]event.Order, error) {
	lifted, err := c.r.policy.AddNever(ctx, who, neverMeant(e))
	return lifted, neverRefused(err, e)
}

// DropNever implements console.Nevers.
func (c consoleNevers) DropNever(ctx context.Context, who string, e console.NeverEntry) error {
	return neverRefused(c.r.policy.DropNever(ctx, who, neverMeant(e)), e)
}

func neverShown(e decide.NeverEntry) console.NeverEntry {
	out := console.NeverEntry{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires, By: e.By, Added: e.Added, Over: e.Over(time.Now())}
	for _, x := range [][2]string{{"ip", e.IP}, {"cidr", e.CIDR}, {"mac", e.MAC}, {"host", e.Host}, {"role", e.Role}} {
		if x[1] != "" {
			out.Kind, out.What = x[0], x[1]
		}
	}
	return out
}

func neverMeant(e console.NeverEntry) decide.NeverEntry {
	out := decide.NeverEntry{Reason: e.Reason, Owner: e.Owner, Expires: e.Expires}
	switch e.Kind {
	case "ip":
		out.IP = e.What
	case "cidr":
		out.CIDR = e.What
	case "mac":
		out.MAC = e.What
	case "host":
		out.Host = e.What
	case "role":
		out.Role = e.What
	}
	return out
}

// neverRefused says to people why an entry was not taken.
func neverRefused(err error, e console.NeverEntry) error {
	var no *decide.Refusal
	var bad decide.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &no):
		return console.Refused{Text: no.Text}
	case errors.As(err, &bad) && e.Reason == "":
		return console.Refused{Text: event.Text{JA: "理由を書いてください。断られた人に、そのまま示されます。", EN: "Write a reason; it is shown to whoever is refused."}}
	case errors.As(err, &bad):
		return console.Refused{Text: event.Text{JA: "「" + e.What + "」を読めません。例のとおりに書いてください。", EN: bad.Text}}
	}
	return console.Refused{Text: event.Text{JA: "一覧を変えられませんでした：" + err.Error(), EN: err.Error()}}
}
