package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// cut sets the port's line, having written down how the port was.
func (h *hand) cut(ctx context.Context, s seat, t act.Target, m *minutes) error {
	return s.v.with(ctx, m, func(a *asker) error {
		before, err := a.port(ctx, s.port)
		if err != nil {
			return err
		}
		do, want := s.v.d.Actions[h.cfg.Action], h.set(s.v)
		now, _ := do.line(before)
		c, known := h.at(s)
		if !known {
			c = &cut{Switch: s.v.Name, Port: s.port, Before: before, Action: h.cfg.Action, Line: want, Orders: map[string]event.MAC{}}
		}
		if c.Line != want {
			return fmt.Errorf("%s was cut by %q, now the configuration says %q: release it first", s.port, c.Line, want)
		}
		if strings.TrimSpace(now) == want && c.Orders[t.Order] == t.MAC {
			return nil
		}
		if h.cfg.Action == "vlan" && strings.TrimSpace(now) != want {
			if err := a.vlanExists(ctx, h.cfg.VLAN); err != nil {
				return err
			}
		}
		if err := h.remember(c, t); err != nil {
			return err
		}
		if strings.TrimSpace(now) == want {
			return nil // an earlier order's, or it was so before
		}
		if err := a.configure(ctx, s.port, want); err != nil {
			return err
		}
		return a.readBack(ctx, s.port, do, want)
	})
}

// readBack believes nothing but what the switch then shows.
func (a *asker) readBack(ctx context.Context, port string, do action, want string) error {
	lines, err := a.port(ctx, port)
	if err != nil {
		return err
	}
	if l, _ := do.line(lines); strings.TrimSpace(l) != want {
		return fmt.Errorf("the switch took %q, but shows %q for %s", want, strings.TrimSpace(l), port)
	}
	return nil
}

func (h *hand) at(s seat) (*cut, bool) {
	i := slices.IndexFunc(h.cuts, func(c *cut) bool { return c.Switch == s.v.Name && c.Port == s.port })
	if i < 0 {
		return nil, false
	}
	return h.cuts[i], true
}

// remember writes down the port and the order before anything is sent.
func (h *hand) remember(c *cut, t act.Target) error {
	old, had := c.Orders[t.Order]
	c.Orders[t.Order] = t.MAC
	if !slices.Contains(h.cuts, c) {
		h.cuts = append(h.cuts, c)
	}
	err := h.memory.Save(h.cuts)
	if err != nil {
		if delete(c.Orders, t.Order); had {
			c.Orders[t.Order] = old
		}
		h.drop(c)
		err = fmt.Errorf("how %s was cannot be kept, so nothing is sent: %w", c.Port, err)
	}
	return err
}

func (h *hand) drop(c *cut) {
	if len(c.Orders) == 0 {
		h.cuts = slices.DeleteFunc(h.cuts, func(x *cut) bool { return x == c })
	}
}

// Undo gives back the ports that nobody else's order holds.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	h.mu.Lock()
	defer h.mu.Unlock()
	m := &minutes{}
	var said []string
	var err error
	for _, c := range slices.Clone(h.cuts) {
		if _, mine := c.Orders[t.Order]; !mine || err != nil {
			continue
		}
		var s string
		if s, err = h.free(ctx, c, t.Order, m); err == nil {
			said = append(said, fmt.Sprintf("%s %s: %s", c.Switch, c.Port, s))
		}
	}
	r.Detail, r.Commands, r.Answers, r.Took = strings.Join(said, "; "), m.commands, m.answers, time.Since(began).Microseconds()
	return r, err
}

// free takes one order off a port, and with the last one puts the port back.
func (h *hand) free(ctx context.Context, c *cut, order string, m *minutes) (string, error) {
	said := "another order still holds it"
	if len(c.Orders) == 1 {
		v := h.device(c.Switch)
		if v == nil {
			return "", fmt.Errorf("cli: switch %s is no longer in the configuration: put %s back by hand: %s", c.Switch, c.Port, strings.Join(c.Before, " / "))
		}
		if err := v.with(ctx, m, func(a *asker) (err error) { said, err = a.putBack(ctx, c); return err }); err != nil {
			return "", err
		}
	}
	old := maps.Clone(c.Orders)
	delete(c.Orders, order)
	h.drop(c)
	if err := h.memory.Save(h.cuts); err != nil {
		c.Orders = old
		if !slices.Contains(h.cuts, c) {
			h.cuts = append(h.cuts, c)
		}
		return "", fmt.Errorf("cli: the port is back, but that cannot be kept: %w", err)
	}
	return said, nil
}

// putBack makes the port's line what it was. Whatever somebody else changed meanwhile stays, and is said.
func (a *asker) putBack(ctx context.Context, c *cut) (string, error) {
	now, err := a.port(ctx, c.Port)
	if err != nil {
		return "", err
	}
	do := a.v.d.Actions[c.Action]
	line, _ := do.line(now)
	before, had := do.line(c.Before)
	if strings.TrimSpace(line) == c.Line && line != before {
		command := do.Clear
		if had {
			command = strings.TrimSpace(before)
		}
		if err := a.configure(ctx, c.Port, command); err != nil {
			return "", err
		}
		if now, err = a.port(ctx, c.Port); err != nil {
			return "", err
		}
		if l, _ := do.line(now); l != before {
			return "", fmt.Errorf("the switch took %q, but shows %q for %s", command, l, c.Port)
		}
	}
	if !slices.Equal(now, c.Before) {
		return "somebody changed the port meanwhile; that stays", nil
	}
	return "as before", nil
}
