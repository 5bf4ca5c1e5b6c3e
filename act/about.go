package act

import (
	"errors"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// Enforcers names the hands.
func (m *Manager) Enforcers() []string {
	var out []string
	for _, h := range m.Hands {
		out = append(out, h.Name())
	}
	return out
}

// Rehearses reports whether no hand ever sends anything.
func (m *Manager) Rehearses() bool {
	return !slices.ContainsFunc(m.Hands, func(h Hand) bool { return !h.Capabilities().Rehearses })
}

// Ranges reports whether some hand cuts whole ranges.
func (m *Manager) Ranges() bool {
	return slices.ContainsFunc(m.Hands, func(h Hand) bool { return h.Capabilities().Ranges })
}

// Limits says what an isolation cannot do with the enforcers that there are.
func (m *Manager) Limits() []event.Text {
	var out []event.Text
	same, whole := false, false
	for _, h := range m.Hands {
		c := h.Capabilities()
		same = same || c.SameSegment || c.Rehearses
		whole = whole || c.Limit == (event.Text{})
		if c.Limit != (event.Text{}) {
			out = append(out, c.Limit)
		}
	}
	if whole {
		out = nil
	}
	if !same {
		out = append(out, textSameSegment)
	}
	return out
}

// Plan asks every hand what it would send, and what it would refuse.
func (m *Manager) Plan(o event.Order) (commands map[string][]string, refused map[string]event.Text, spared []string) {
	commands, refused = map[string][]string{}, map[string]event.Text{}
	for _, h := range m.Hands {
		lines, err := h.Plan(targetAt(h, o))
		var no *Refused
		switch {
		case errors.As(err, &no):
			refused[h.Name()] = no.Text
		case err != nil:
			refused[h.Name()] = event.Text{JA: err.Error(), EN: err.Error()}
		default:
			commands[h.Name()] = lines
		}
	}
	for _, a := range m.cfg.Allow {
		spared = append(spared, a.String())
	}
	return commands, refused, spared
}
