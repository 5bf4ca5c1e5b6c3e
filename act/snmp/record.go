package snmp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// record is a port that is ours now, and how it was.
type record struct {
	Switch  string              `json:"switch"` // its address
	Port    int                 `json:"bridge_port"`
	IfIndex int                 `json:"ifindex"`
	Name    string              `json:"port"`
	Action  string              `json:"action"`
	VLAN    int                 `json:"quarantine,omitempty"`
	Before  state               `json:"before"`
	Orders  map[string]recorded `json:"orders"`
}

type recorded struct {
	MAC   event.MAC `json:"mac"`
	Until time.Time `json:"until"`
}

func (r *record) key() string  { return fmt.Sprintf("%s %d", r.Switch, r.IfIndex) }
func (r *record) place() place { return place{port: r.Port, ifIndex: r.IfIndex, name: r.Name} }

// want is how the port shall be, as long as it is ours.
func (r *record) want() state {
	if r.Action == shuts {
		return state{Admin: adminDown}
	}
	return quarantined(r.Before, r.VLAN)
}

// of is the port that an order has.
func (h *hand) of(order string) *record {
	for _, key := range slices.Sorted(maps.Keys(h.ports)) {
		if _, has := h.ports[key].Orders[order]; has {
			return h.ports[key]
		}
	}
	return nil
}

// ofMachine is the port that some order has for a machine: shut down, nothing is seen there any more.
func (h *hand) ofMachine(mac event.MAC) *record {
	for _, key := range slices.Sorted(maps.Keys(h.ports)) {
		for _, o := range h.ports[key].Orders {
			if o.MAC == mac {
				return h.ports[key]
			}
		}
	}
	return nil
}

// keep writes down how the port is, before it is touched.
func (h *hand) keep(ctx context.Context, n *node, p *place, t act.Target) (*record, error) {
	rec := &record{Switch: n.Address, Port: p.port, IfIndex: p.ifIndex, Name: p.name, Action: h.cfg.Action, VLAN: n.vlan, Orders: map[string]recorded{}}
	if old, ours := h.ports[rec.key()]; ours {
		rec = old
	} else {
		now, v, err := readPort(ctx, n.agent, rec.place(), rec.Action)
		if err != nil {
			return nil, err
		}
		if rec.Before = now; rec.Action == moves {
			rec.Before.Sizes = h.sizes(rec, v)
		}
	}
	have, known := rec.Orders[t.Order]
	if want := (recorded{MAC: t.MAC, Until: t.Until.UTC()}); !known || have.MAC != want.MAC || !have.Until.Equal(want.Until) {
		rec.Orders[t.Order] = want
		h.ports[rec.key()] = rec
		if err := h.memory.Save(h.ports); err != nil {
			if delete(rec.Orders, t.Order); len(rec.Orders) == 0 {
				delete(h.ports, rec.key())
			}
			return nil, fmt.Errorf("write down how %s was: %w: nothing is changed", p.name, err)
		}
	}
	return rec, nil
}

// sizes are how long the lists of the quarantine VLAN were before any port of this switch was put into it: with the last
// of these ports they become as short again.
func (h *hand) sizes(rec *record, v vlans) map[int][2]int {
	for _, other := range h.ports {
		if size, known := other.Before.Sizes[rec.VLAN]; known && other.Switch == rec.Switch {
			return map[int][2]int{rec.VLAN: size}
		}
	}
	return v.sizes(rec.VLAN)
}

// leave takes an order from its port; with the last one the port becomes what it was.
func (h *hand) leave(ctx context.Context, rec *record, order string, r *event.Receipt) error {
	if len(rec.Orders) == 1 {
		n, err := h.node(rec.Switch)
		if err != nil {
			return err
		}
		done, err := bring(ctx, n.agent, rec.place(), rec.Action, func(now state, v vlans) (state, error) { return rec.back(now, v, r), nil })
		r.Commands = append(r.Commands, prefixed(n, done)...)
		if err != nil {
			return err
		}
		n.tables = nil
		delete(h.ports, rec.key())
	}
	delete(rec.Orders, order)
	if err := h.memory.Save(h.ports); err != nil {
		return fmt.Errorf("write down that %s is given back: %w", rec.Name, err)
	}
	return nil
}

// back is how a port shall be that is given back. What somebody has set there by hand meanwhile is his.
func (r *record) back(now state, v vlans, receipt *event.Receipt) state {
	if r.Action == shuts {
		return r.Before
	}
	goal := state{PVID: r.Before.PVID, Admin: r.Before.Admin, VLANs: maps.Clone(r.Before.VLANs), Sizes: r.Before.Sizes}
	if now.PVID != r.VLAN && now.PVID != r.Before.PVID {
		receipt.Detail = fmt.Sprintf("%s was given PVID %d by hand meanwhile: it is left so; before: %s", r.Name, now.PVID, r.Before)
		goal = state{PVID: now.PVID, Admin: now.Admin, VLANs: maps.Clone(now.VLANs), Sizes: r.Before.Sizes}
		if _, was := r.Before.VLANs[r.VLAN]; !was {
			delete(goal.VLANs, r.VLAN)
		}
		return goal
	}
	for id := range goal.VLANs {
		if _, there := v.egress[id]; !there { // the VLAN was removed meanwhile
			delete(goal.VLANs, id)
		}
	}
	return goal
}
