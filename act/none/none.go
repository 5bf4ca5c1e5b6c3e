// Package none rehearses: it sends nothing and its receipts say what would have been done.
package none

import (
	"context"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the rehearsal.
var Enforcer = act.Enforcer{
	Name:   "none",
	Title:  event.Text{JA: "予行（何も切り離さない）", EN: "rehearsal (nothing is cut)"},
	Undo:   event.Text{JA: "元に戻すものはありません。", EN: "There is nothing to undo."},
	Config: func() any { return &Config{} },
	Open:   func(_ any, d act.Deps) (act.Hand, error) { return hand{d}, nil },
}

// Config has no settings.
type Config struct{}

type hand struct{ act.Deps }

func (hand) Name() string { return "none" }

func (hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, MAC: true, Ranges: true, Rehearses: true}
}

// Plan is one line an address.
func (h hand) Plan(t act.Target) ([]string, error) {
	if err := act.Check("none", t, h.Capabilities(), h.Protects); err != nil {
		return nil, err
	}
	var out []string
	for _, p := range t.Nets {
		what := p.String()
		if p.IsSingleIP() {
			what = p.Addr().String()
		}
		out = append(out, fmt.Sprintf("would cut %s until %s", what, t.Until.UTC().Format(time.RFC3339)))
	}
	if !t.MAC.IsZero() {
		out = append(out, fmt.Sprintf("would cut %s until %s", t.MAC, t.Until.UTC().Format(time.RFC3339)))
	}
	return out, nil
}

// Apply says what would be sent.
func (h hand) Apply(_ context.Context, t act.Target) (event.Receipt, error) {
	lines, err := h.Plan(t)
	return event.Receipt{Op: "apply", Detail: "rehearsal: nothing was sent", Commands: lines}, err
}

// Undo has nothing to do.
func (hand) Undo(context.Context, act.Target) (event.Receipt, error) {
	return event.Receipt{Op: "undo", Detail: "rehearsal: nothing was sent"}, nil
}

// List is always empty.
func (hand) List(context.Context) ([]act.Held, error) { return nil, nil }

func (hand) Close() error { return nil }
