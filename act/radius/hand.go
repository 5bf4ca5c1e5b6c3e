package radius

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg    Config
	deps   act.Deps
	nas    []device
	probe  []byte // its secret
	policy policy
	ledger ledger

	locks [64]sync.Mutex // a machine is told one thing at a time
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *radius.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	h := &hand{cfg: *c, deps: d, policy: policy{dir: c.Dir}, ledger: ledger{path: c.Known}}
	for i, n := range c.NAS {
		x, err := newDevice(n)
		if err != nil {
			return nil, fmt.Errorf("nas[%d].%w", i, err)
		}
		h.nas = append(h.nas, x)
	}
	if c.Probe != "" {
		s, err := act.Secret("probe_file", c.ProbeKey)
		if err != nil {
			return nil, err
		}
		h.probe = []byte(s)
	}
	return h, nil
}

func (h *hand) Name() string { return "radius" }

// Capabilities: whoever is moved to another VLAN is cut from its neighbours, too, in both families.
func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{MAC: true, Forgets: true, Learns: true, SameSegment: true}
}

// Close closes the policy; FreeRADIUS goes on with it.
func (h *hand) Close() error { return h.policy.close() }

func (h *hand) lock(m event.MAC) func() {
	l := &h.locks[m[5]&63]
	l.Lock()
	return l.Unlock
}

// check is the guard: the never-touch list, and what RADIUS cannot know.
func (h *hand) check(t act.Target) error {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return err
	}
	if t.MAC.IsZero() || t.MAC.Multicast() {
		return &act.Refused{Enforcer: h.Name(), Text: textNoMAC}
	}
	return nil
}

func (h *hand) row(t act.Target) row {
	return row{mac: t.MAC, order: t.Order, vlan: h.cfg.Quarantine, until: t.Until.Unix()}
}

// Plan names the row and the request to the switch where the machine last was seen.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := h.check(t); err != nil {
		return nil, err
	}
	lines := []string{h.row(t).String()}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	list, err := h.sessions(ctx, t.MAC)
	if err != nil {
		return append(lines, "# "+err.Error()), nil
	}
	for _, s := range list {
		if s.open() && !s.quarantined {
			lines = append(lines, h.describe(s))
		}
	}
	return lines, nil
}

// Apply writes the policy, then has the switch ask again, then looks for the new answer.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	if err := h.check(t); err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("radius: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	defer h.lock(t.MAC)()
	err := h.isolate(ctx, t, &r)
	r.Took = time.Since(began).Microseconds()
	if err != nil {
		return r, fmt.Errorf("radius: %w", err)
	}
	return r, nil
}

func (h *hand) isolate(ctx context.Context, t act.Target, r *event.Receipt) error {
	row := h.row(t)
	changed, err := h.policy.put(ctx, row)
	if changed {
		r.Commands = append(r.Commands, row.String())
	}
	if err != nil {
		return err
	}
	if changed {
		if err := h.rehearse(ctx, row, r); err != nil {
			return err
		}
	}
	if err := h.move(ctx, t.MAC, true, r); err != nil {
		return err
	}
	return h.policy.done(ctx, row)
}

// Undo takes the row back, and has the switch ask again. The row is kept, without effect, until that is done.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	err := h.release(ctx, t, &r)
	r.Took = time.Since(began).Microseconds()
	if err != nil {
		return r, fmt.Errorf("radius: %w", err)
	}
	return r, nil
}

func (h *hand) release(ctx context.Context, t act.Target, r *event.Receipt) error {
	if err := h.alive(ctx, r); err != nil {
		return err
	}
	rows, err := h.policy.rows(ctx, `uid = ?`, t.Order)
	if err != nil || len(rows) == 0 {
		return err
	}
	var errs []error
	for _, x := range rows {
		errs = append(errs, h.releaseOne(ctx, x, r))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return h.policy.drop(ctx, t.Order)
}

func (h *hand) releaseOne(ctx context.Context, x row, r *event.Receipt) error {
	defer h.lock(x.mac)()
	if x.until != 0 {
		r.Commands = append(r.Commands, fmt.Sprintf("policy: %s gets its own answer again", x.mac))
		x.until = 0
		if _, err := h.policy.put(ctx, x); err != nil {
			return err
		}
	}
	standing, err := h.policy.rows(ctx, `mac = ? AND until > ?`, x.mac.String(), h.deps.Now().Unix())
	if err != nil || len(standing) > 0 {
		return err // another order holds it
	}
	return h.move(ctx, x.mac, false, r)
}

// List is what FreeRADIUS answers otherwise now and no switch has otherwise, and what of it is not yet undone.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	now := h.deps.Now()
	if _, err := h.policy.open(ctx); err != nil { // first: yagura check writes what FreeRADIUS is to include
		return nil, fmt.Errorf("radius: %w", err)
	}
	if err := h.alive(ctx, &event.Receipt{}); err != nil {
		return nil, fmt.Errorf("radius: %w", err)
	}
	if err := h.learn(ctx); err != nil {
		return nil, fmt.Errorf("radius: known_file: %w", err)
	}
	rows, err := h.policy.rows(ctx, `done = 1 AND (until > ? OR until = 0)`, now.Unix())
	if err != nil {
		return nil, fmt.Errorf("radius: %w", err)
	}
	var out []act.Held
	for _, x := range rows {
		left := max(0, time.Unix(x.until, 0).Sub(now))
		if n := len(out); n > 0 && out[n-1].Order == x.order {
			out[n-1].MACs = append(out[n-1].MACs, x.mac)
			out[n-1].Left = min(out[n-1].Left, left)
			continue
		}
		out = append(out, act.Held{Order: x.order, MACs: []event.MAC{x.mac}, Left: left})
	}
	return out, nil
}
