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

// hand speaks to the switches. One thing is done at a time: lists of ports are read, changed and written.
type hand struct {
	cfg      Config
	deps     act.Deps
	switches []*node
	memory   act.Memory

	turn  chan struct{} // holds one token: a lock that heeds ctx
	ports map[string]*record
}

// node is one switch with what was last read of it.
type node struct {
	Switch
	agent  agent
	vlan   int
	tables *tables
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *snmp.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	h := &hand{cfg: *c, deps: d, memory: d.Memory("snmp"), turn: make(chan struct{}, 1), ports: map[string]*record{}}
	for i, s := range c.Switches {
		r, err := newRemote(s, c.Wait)
		if err != nil {
			return nil, fmt.Errorf("switches[%d].%w", i, err)
		}
		if s.Version == "2c" && d.Log != nil {
			d.Log.Warn("snmp: a switch is changed by version 2c: whoever listens on the way reads its password", "switch", s.name())
		}
		h.switches = append(h.switches, &node{Switch: s, agent: r, vlan: s.quarantine(*c)})
	}
	if err := h.memory.Load(&h.ports); err != nil {
		return nil, err
	}
	return h, nil
}

func (h *hand) Name() string { return "snmp" }

// Capabilities: the port goes, with everything that its machine says.
func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{MAC: true, Learns: true, SameSegment: true}
}

// Close leaves the ports as they are.
func (h *hand) Close() error {
	for _, n := range h.switches {
		n.agent.close()
	}
	return nil
}

// lock waits for its turn, as long as ctx says.
func (h *hand) lock(ctx context.Context) (unlock func(), err error) {
	select {
	case h.turn <- struct{}{}:
		return func() { <-h.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hand) node(address string) (*node, error) {
	i := slices.IndexFunc(h.switches, func(n *node) bool { return n.Address == address })
	if i < 0 {
		return nil, fmt.Errorf("switch %s is not among the settings any more: its port stays as it is", address)
	}
	return h.switches[i], nil
}

func (h *hand) check(t act.Target) error {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return err
	}
	if t.MAC.Multicast() {
		return &act.Refused{Enforcer: h.Name(), Text: textNoMAC}
	}
	return nil
}

// Plan names the port where the machine was when the tables were last read; nothing is asked.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := h.check(t); err != nil {
		return nil, err
	}
	where, vlan := "the port of "+t.MAC.String(), h.cfg.VLAN
	select {
	case h.turn <- struct{}{}:
		var seen []sight
		for _, n := range h.switches {
			if n.tables != nil && n.tables.ports[n.tables.where[t.MAC]] != nil {
				seen = append(seen, sight{n, n.tables.ports[n.tables.where[t.MAC]]})
			}
		}
		if access, _ := split(seen); len(access) > 0 {
			where, vlan = access[0].String(), access[0].n.vlan
		}
		<-h.turn
	default: // something is being done: it is not waited for
	}
	if h.cfg.Action == shuts {
		return []string{where + " down"}, nil
	}
	return []string{fmt.Sprintf("%s into VLAN %d", where, vlan)}, nil
}

// Apply finds the machine's port and changes it, or completes what is lacking there.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	if err := h.check(t); err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("snmp: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	unlock, err := h.lock(ctx)
	if err == nil {
		defer unlock()
		err = h.isolate(ctx, t, &r)
	}
	r.Took = time.Since(began).Microseconds()
	return r, wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("snmp: %w", err)
}

func (h *hand) isolate(ctx context.Context, t act.Target, r *event.Receipt) error {
	old := h.of(t.Order)
	last := old
	if last == nil {
		last = h.ofMachine(t.MAC)
	}
	n, p, err := h.find(ctx, t, last)
	if err != nil {
		return err
	}
	if old != nil && (old.Switch != n.Address || old.IfIndex != p.ifIndex) { // it was plugged in elsewhere
		if err := h.leave(ctx, old, t.Order, r); err != nil {
			return err
		}
	}
	rec, err := h.keep(ctx, n, p, t)
	if err != nil {
		return err
	}
	done, err := bring(ctx, n.agent, rec.place(), rec.Action, func(_ state, v vlans) (state, error) {
		if _, there := v.egress[rec.VLAN]; rec.Action == moves && !there {
			return state{}, fmt.Errorf("switch %s has no VLAN %d: make the quarantine VLAN there", n.name(), rec.VLAN)
		}
		return rec.want(), nil
	})
	r.Commands = append(r.Commands, prefixed(n, done)...)
	if err != nil {
		return err
	}
	r.Detail = fmt.Sprintf("%s %s, before: %s", n.name(), rec.Name, rec.Before)
	return nil
}

func prefixed(n *node, lines []string) (out []string) {
	for _, l := range lines {
		out = append(out, n.name()+": "+l)
	}
	return out
}

// Undo gives the port back when no other order has it.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	unlock, err := h.lock(ctx)
	if err == nil {
		defer unlock()
		if rec := h.of(t.Order); rec != nil {
			err = h.leave(ctx, rec, t.Order, &r)
		} else {
			err = h.reach(ctx)
		}
	}
	r.Took = time.Since(began).Microseconds()
	return r, wrap(err)
}

// List reads what the switches have of the ports that are ours.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	unlock, err := h.lock(ctx)
	if err != nil {
		return nil, wrap(err)
	}
	defer unlock()
	if err := h.reach(ctx); err != nil {
		return nil, wrap(err)
	}
	held := map[string]*act.Held{}
	for _, key := range slices.Sorted(maps.Keys(h.ports)) {
		rec := h.ports[key]
		n, err := h.node(rec.Switch)
		if err != nil {
			return nil, wrap(err)
		}
		now, _, err := readPort(ctx, n.agent, rec.place(), rec.Action)
		if err != nil {
			return nil, wrap(err)
		}
		if !now.same(rec.want()) {
			continue
		}
		for order, o := range rec.Orders {
			if held[order] == nil {
				held[order] = &act.Held{Order: order}
			}
			held[order].MACs = append(held[order].MACs, o.MAC)
		}
	}
	var out []act.Held
	for _, order := range slices.Sorted(maps.Keys(held)) {
		out = append(out, *held[order])
	}
	return out, nil
}
