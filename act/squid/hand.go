package squid

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg  Config
	deps act.Deps
	in   func(func() error) error // where the proxy's connections are seen

	mu sync.Mutex // one change of the list at a time
}

func (*hand) Name() string { return "squid" }

func (h *hand) Capabilities() act.Capabilities {
	limit := event.Text{JA: "Web（プロキシー経由）だけを止めます。ほかの通信は止まりません", EN: "it cuts only the web through the proxy, nothing else"}
	if !h.cfg.EndTunnels {
		limit = event.Text{JA: "Web（プロキシー経由）だけを止めます。すでに開いているHTTPSの接続は、閉じるまで続きます", EN: "it cuts only the web through the proxy; HTTPS connections that are open go on until they are closed"}
	}
	return act.Capabilities{IPv4: true, IPv6: true, Ranges: true, Forgets: true, SameSegment: true, Limit: limit}
}

func (h *hand) check(t act.Target) error {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return err
	}
	if t.Order == "" || strings.ContainsAny(t.Order, " \t\r\n") {
		return fmt.Errorf("squid: %q is no order's UID", t.Order)
	}
	return nil
}

func entriesOf(t act.Target) []entry {
	var out []entry
	for _, n := range t.Nets {
		out = append(out, entry{net: n.Masked(), until: t.Until.Unix(), order: t.Order})
	}
	return out
}

// Plan names the lines.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := h.check(t); err != nil {
		return nil, err
	}
	return lines("+ ", entriesOf(t)), nil
}

func lines(mark string, es []entry) []string {
	const most = 64
	var out []string
	for i, e := range es {
		if i == most {
			return append(out, fmt.Sprintf("# … and %d more", len(es)-most))
		}
		out = append(out, fmt.Sprintf("%sisolated %s %d %s", mark, e.net, e.until, e.order))
	}
	return out
}

// Apply puts the target's addresses on the list, asks Squid whether its helper runs, and ends standing tunnels.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	if err := h.check(t); err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("squid: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	says, err := h.helperRuns(ctx)
	r.Answers = says
	if err != nil {
		return r, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	want := entriesOf(t)
	if r.Commands, err = h.change(t.Order, want); err != nil {
		return r, err
	}
	now, err := read(h.cfg.List)
	if err != nil {
		return r, fmt.Errorf("squid: read back: %w", err)
	}
	for _, e := range want {
		if !slices.Contains(now.entries, e) {
			return r, fmt.Errorf("squid: %s is not on the list after it was written", e.net)
		}
	}
	r.Detail = fmt.Sprintf("%d entries in %s", len(want), h.cfg.List)
	if h.cfg.EndTunnels {
		ended, err := h.endTunnels(want)
		if err != nil {
			return r, err
		}
		for _, c := range ended {
			r.Commands = append(r.Commands, "ss -K "+c)
		}
	}
	r.Took = time.Since(began).Microseconds()
	return r, nil
}

// change makes want the list's entries of one order; what is over goes, too.
func (h *hand) change(order string, want []entry) ([]string, error) {
	l, err := read(h.cfg.List)
	if err != nil {
		return nil, fmt.Errorf("squid: %w", err)
	}
	before := string(l.text())
	now := h.deps.Now().Unix()
	var gone, come []entry
	for _, e := range l.entries {
		if e.order == order && !slices.Contains(want, e) {
			gone = append(gone, e)
		}
	}
	for _, e := range want {
		if !slices.Contains(l.entries, e) {
			come = append(come, e)
		}
	}
	l.entries = slices.DeleteFunc(l.entries, func(e entry) bool { return slices.Contains(gone, e) || e.until <= now && e.order != order })
	if l.entries = append(l.entries, come...); len(l.entries) > 0 {
		l.allow = h.deps.Allow
	}
	if string(l.text()) == before {
		return nil, nil
	}
	if len(l.text()) > maxList || len(l.entries)+len(l.allow) >= maxLines {
		return nil, fmt.Errorf("squid: %d entries are more than the helper reads", len(l.entries))
	}
	if err := l.write(h.cfg.List); err != nil {
		return nil, fmt.Errorf("squid: %w", err)
	}
	return append(lines("- ", gone), lines("+ ", come)...), nil
}

// Undo takes the order's lines off the list.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	says, err := h.helperRuns(ctx)
	if r.Answers = says; err != nil {
		return r, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r.Commands, err = h.change(t.Order, nil)
	r.Took = time.Since(began).Microseconds()
	return r, err
}

// List reads what the helper reads.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	if _, err := h.helperRuns(ctx); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	l, err := read(h.cfg.List)
	if err != nil {
		return nil, fmt.Errorf("squid: %w", err)
	}
	var out []act.Held
	for _, e := range l.entries {
		left := time.Unix(e.until, 0).Sub(h.deps.Now())
		if left <= 0 {
			continue
		}
		i := slices.IndexFunc(out, func(x act.Held) bool { return x.Order == e.order })
		if i < 0 {
			i, out = len(out), append(out, act.Held{Order: e.order, Left: left})
		}
		out[i].Nets, out[i].Left = append(out[i].Nets, e.net), min(out[i].Left, left)
	}
	return out, nil
}

// Close has nothing to close: the list stays.
func (*hand) Close() error { return nil }
