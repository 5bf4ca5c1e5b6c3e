package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg     Config
	deps    act.Deps
	memory  act.Memory
	devices []*device

	mu   sync.Mutex // one change at a time
	cuts []*cut     // as memory has them
	met  bool       // every switch was spoken to once
}

// cut is a port that Yagura changed, and how it was before.
type cut struct {
	Switch string               `json:"switch"`
	Port   string               `json:"port"`
	Before []string             `json:"before"` // the port's lines
	Action string               `json:"action"`
	Line   string               `json:"line"`   // what Yagura set
	Orders map[string]event.MAC `json:"orders"` // for whom
}

func (*hand) Name() string { return "cli" }

// Capabilities: a port is cut for whatever speaks through it.
func (*hand) Capabilities() act.Capabilities {
	return act.Capabilities{MAC: true, Learns: true, SameSegment: true}
}

func (h *hand) check(t act.Target) error {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return err
	}
	if t.MAC.IsZero() {
		return &act.Refused{Enforcer: h.Name(), Text: textNoMAC}
	}
	if t.MAC[0]&1 != 0 {
		return fmt.Errorf("cli: order %s: %s is no machine's address but a group's", t.Order, t.MAC)
	}
	return nil
}

// Plan names the questions and commands; which switch and port it will be, only asking shows.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := h.check(t); err != nil {
		return nil, err
	}
	var out []string
	for _, v := range h.devices {
		out = append(out, v.Name+"# "+fill(v.d.Find.Send, v.d.write(t.MAC), "", 0))
	}
	v := h.devices[0]
	for _, c := range slices.Concat(v.d.Enter, []string{h.set(v), v.d.Leave}) {
		out = append(out, "SWITCH# "+fill(c, "", "PORT", h.cfg.VLAN))
	}
	return out, nil
}

func (h *hand) set(v *device) string { return fill(v.d.Actions[h.cfg.Action].Set, "", "", h.cfg.VLAN) }

// Apply finds the machine's port and cuts it.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	if err := h.check(t); err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("cli: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	m := &minutes{}
	detail, err := h.apply(ctx, t, m)
	r.Detail, r.Commands, r.Answers, r.Took = detail, m.commands, m.answers, time.Since(began).Microseconds()
	return r, err
}

func (h *hand) apply(ctx context.Context, t act.Target, m *minutes) (string, error) {
	s, err := h.choose(ctx, t, m)
	if err != nil {
		return "", err
	}
	if err := h.cut(ctx, s, t, m); err != nil {
		return "", err
	}
	detail := fmt.Sprintf("%s %s", s.v.Name, s.port)
	// It was moved to another port: the one before is given back.
	for _, c := range slices.Clone(h.cuts) {
		if _, mine := c.Orders[t.Order]; !mine || c.Switch == s.v.Name && c.Port == s.port {
			continue
		}
		said, err := h.free(ctx, c, t.Order, m)
		if err != nil {
			return detail, fmt.Errorf("it moved from %s %s: %w", c.Switch, c.Port, err)
		}
		detail += fmt.Sprintf("; moved from %s %s: %s", c.Switch, c.Port, said)
	}
	return detail, nil
}

// choose takes the one port where the machine is alone; where no switch sees it now, the port where it was cut.
func (h *hand) choose(ctx context.Context, t act.Target, m *minutes) (seat, error) {
	seats, unheard := h.seen(ctx, t.MAC, m)
	var edges []seat
	var places, ja, en []string
	for _, s := range seats {
		if s.not.EN == "" {
			edges = append(edges, s)
			places = append(places, s.v.Name+" "+s.port)
			continue
		}
		ja, en = append(ja, s.not.JA), append(en, s.not.EN)
	}
	switch {
	case len(edges) == 1:
		return edges[0], nil
	case len(edges) > 1:
		return seat{}, &act.Refused{Enforcer: h.Name(), Text: sayf(textTwice, strings.Join(places, ", "))}
	}
	if s, ok := h.where(t); ok && len(seats) == 0 {
		return h.still(ctx, s, t, m)
	}
	switch {
	case unheard != nil:
		return seat{}, fmt.Errorf("cli: no switch that answers has it at a port of its own: %w", unheard)
	case len(seats) > 0:
		return seat{}, &act.Refused{Enforcer: h.Name(), Text: event.Text{JA: strings.Join(ja, "、"), EN: strings.Join(en, ", ")}}
	}
	return seat{}, fmt.Errorf("cli: none of %d switches has seen %s lately; it is looked for again", len(h.devices), t.MAC)
}

// where is the port at which the order stands.
func (h *hand) where(t act.Target) (seat, bool) {
	for _, c := range h.cuts {
		if c.Orders[t.Order] == t.MAC {
			if v := h.device(c.Switch); v != nil {
				return seat{v: v, port: c.Port}, true
			}
		}
	}
	return seat{}, false
}

// still takes the port where the machine was cut, unless somebody else is there by now and it is open.
func (h *hand) still(ctx context.Context, s seat, t act.Target, m *minutes) (seat, error) {
	return s, s.v.with(ctx, m, func(a *asker) error {
		lines, err := a.port(ctx, s.port)
		if err != nil {
			return err
		}
		if l, ok := s.v.d.Actions[h.cfg.Action].line(lines); ok && strings.TrimSpace(l) == h.set(s.v) {
			return nil
		}
		not, err := a.edge(ctx, s.port, t.MAC)
		if err == nil && not.EN != "" {
			err = errors.New(not.EN)
		}
		return err
	})
}

func (h *hand) device(name string) *device {
	for _, v := range h.devices {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// List reads every port that Yagura changed. The first one also logs in at every switch, so that a wrong
// password or key shows before it matters.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := map[string]*act.Held{}
	var out []act.Held
	errs := []error{h.meet(ctx), h.deaf(ctx)}
	for _, c := range h.cuts {
		stands, err := h.stands(ctx, c)
		if err != nil {
			errs = append(errs, err)
		}
		if !stands {
			continue
		}
		for order, mac := range c.Orders {
			if held[order] == nil {
				held[order] = &act.Held{Order: order}
			}
			held[order].MACs = append(held[order].MACs, mac)
		}
	}
	for _, x := range held {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b act.Held) int { return strings.Compare(a.Order, b.Order) })
	return out, errors.Join(errs...)
}

func (h *hand) meet(ctx context.Context) error {
	if h.met {
		return nil
	}
	h.met = true
	return h.everywhere(ctx, &minutes{}, func(int, *asker) error { return nil })
}

// deaf is an error where every switch was silent the last time, and still is.
func (h *hand) deaf(ctx context.Context) error {
	if slices.ContainsFunc(h.devices, func(v *device) bool { return !v.silent.Load() }) {
		return nil
	}
	return h.devices[0].with(ctx, &minutes{}, func(*asker) error { return nil })
}

func (h *hand) stands(ctx context.Context, c *cut) (stands bool, err error) {
	v := h.device(c.Switch)
	if v == nil {
		return false, fmt.Errorf("cli: switch %s, whose port %s was cut, is no longer in the configuration: put it back, or undo it by hand", c.Switch, c.Port)
	}
	err = v.with(ctx, &minutes{}, func(a *asker) error {
		lines, err := a.port(ctx, c.Port)
		l, ok := v.d.Actions[c.Action].line(lines)
		stands = ok && strings.TrimSpace(l) == c.Line
		return err
	})
	return stands, err
}

// Close hangs up; the ports stay as they are.
func (h *hand) Close() error {
	for _, v := range h.devices {
		v.hangUp(nil)
	}
	return nil
}
