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
	what := fmt.Sprintf("the port of %s into VLAN %d", t.MAC, h.cfg.VLAN)
	if h.cfg.Action == shuts {
		what = fmt.Sprintf("the port of %s down", t.MAC)
	}
	return []string{what}, nil
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
		now, _, err := readPort(ctx, n.agent, rec.place(), rec.Action)
		if err != nil {
			return nil, err
		}
		rec.Before = now
		h.inherit(rec)
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

// inherit takes over how long the switch's lists were before they had to grow for another port: with the last of these
// ports they become as short again.
func (h *hand) inherit(rec *record) {
	for _, other := range h.ports {
		for id, size := range other.Before.Sizes {
			if _, known := rec.Before.Sizes[id]; other.Switch == rec.Switch && !known && min(size[0], size[1])*8 < rec.Port {
				if rec.Before.Sizes == nil {
					rec.Before.Sizes = map[int][2]int{}
				}
				rec.Before.Sizes[id] = size
			}
		}
	}
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
