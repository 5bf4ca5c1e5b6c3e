package openflow

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg      Config
	deps     act.Deps
	net      network
	book     *act.Book // what was applied: put back when a switch returns; names the orders where a switch keeps no remark
	stations []*station
	stop     context.CancelFunc
	wait     sync.WaitGroup
	since    time.Time    // when this process began
	quiet    sparse       // about strangers who connect
	removed  atomic.Int64 // flows that switches have told to be gone

	mu sync.Mutex // the stations' datapath ids
}

// renewEvery is how often the flows of a switch are looked at for what must be renewed.
const renewEvery = 10 * time.Minute

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *openflow.Config is needed", config)
	}
	return start(*c, d, hostNetwork())
}

func start(c Config, d act.Deps, n network) (*hand, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	h := &hand{cfg: c, deps: d, net: n, book: d.Book("openflow"), since: d.Now().Add(-time.Second)}
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	for _, s := range c.Switches {
		h.stations = append(h.stations, &station{Switch: s, moved: make(chan struct{}), learnt: map[uint64]time.Time{}, told: map[uint64]bool{}})
	}
	if c.Listen != "" {
		l, err := n.accept(&c)
		if err != nil {
			cancel()
			return nil, fmt.Errorf("listen: %w", err)
		}
		h.wait.Go(func() { h.serve(ctx, l) })
	}
	for _, s := range h.stations {
		if s.Address != "" {
			h.wait.Go(func() { h.hold(ctx, s) })
		}
	}
	return h, nil
}

func (h *hand) Name() string { return "openflow" }

func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, MAC: true, Ranges: true, Forgets: true, SameSegment: true}
}

// Close ends the conversations; the switches keep everything.
func (h *hand) Close() error {
	h.stop()
	h.wait.Wait()
	return nil
}

// check is the guard: the never-touch list, the switches themselves, and what would be everybody.
func (h *hand) check(t act.Target) error {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return err
	}
	if strings.ContainsAny(t.Order, "\x00") || len(t.Order) > maxOrder {
		return fmt.Errorf("openflow: the order's UID is longer than %d bytes or has a zero byte", maxOrder)
	}
	if t.MAC.Multicast() {
		return &act.Refused{Enforcer: h.Name(), Text: textGroup.with(t.MAC)}
	}
	for _, s := range h.stations {
		if err := s.self(t); err != nil {
			return err
		}
	}
	return nil
}

const maxOrder = 200

// self refuses what is the switch's own, or the conversation with it.
func (s *station) self(t act.Target) error {
	s.mu.Lock()
	l, ports := s.link, s.ports
	s.mu.Unlock()
	for _, p := range ports {
		if !t.MAC.IsZero() && event.MAC(p.MAC) == t.MAC {
			return &act.Refused{Enforcer: "openflow", Text: textSwitch.with(t.MAC, s.label())}
		}
	}
	if l == nil {
		return nil
	}
	for _, end := range []net.Addr{l.conn.LocalAddr(), l.conn.RemoteAddr()} {
		tcp, ok := end.(*net.TCPAddr)
		if !ok {
			continue
		}
		a := tcp.AddrPort().Addr().Unmap().WithZone("")
		for _, p := range t.Nets {
			if p.Contains(a) && !a.IsLoopback() {
				return &act.Refused{Enforcer: "openflow", Text: textSwitch.with(a, s.label())}
			}
		}
	}
	return nil
}

// Plan gives the flows as ovs-ofctl takes them.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := h.check(t); err != nil {
		return nil, err
	}
	var out []string
	for _, s := range h.stations {
		at := s.at()
		out = append(out, commands(s.label(), h.wants(table{}, at, order{Target: t}, h.deps.Now()))...)
	}
	return shorten(out), nil
}

// Apply sets the order's flows on every switch; one that cannot be reached is told when it returns.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	if err := h.check(t); err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("openflow: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	if err := ctx.Err(); err != nil {
		return r, fmt.Errorf("openflow: %w", err)
	}
	answers := h.each(ctx, func(ctx context.Context, l *link, at site, a *answer) (err error) {
		a.commands, err = h.put(ctx, a.station, l, at, order{Target: t})
		if err == nil && len(a.commands) > 0 {
			a.heard = a.says("answered the barrier; every flow of order %s was read back", t.Order)
		}
		return err
	})
	absent, err := sum(answers)
	if err == nil {
		err = h.note(t)
	}
	h.write(&r, answers, absent, began)
	return r, err
}

// owed is an error when a switch that cannot be reached may have the order; ours says that only this process has told it.
func (h *hand) owed(answers []*answer, t act.Target, ours bool) error {
	var errs []error
	for _, a := range answers {
		var gone *away
		if errors.As(a.err, &gone) && !(ours && !a.toldOf(cookieOf(t.Order))) {
			errs = append(errs, fmt.Errorf("openflow: %w; what it has of order %s ends by itself at %s", gone, t.Order, t.Until.UTC().Format(time.RFC3339)))
		}
	}
	return errors.Join(errs...)
}

// note keeps what was applied.
func (h *hand) note(t act.Target) error {
	e := act.EntryOf(t, h.deps.Now())
	e.Done = true
	if old, there, err := h.book.Get(t.Order); err != nil || there && old.Same(e) {
		return err
	}
	return h.book.Put(e)
}

func (h *hand) write(r *event.Receipt, answers []*answer, absent []string, began time.Time) {
	for _, a := range answers {
		r.Commands = append(r.Commands, a.commands...)
		if a.heard != "" {
			r.Answers = append(r.Answers, a.heard)
		}
	}
	r.Commands = shorten(r.Commands)
	r.Detail = strings.Join(absent, "; ")
	r.Took = time.Since(began).Microseconds()
}

// Undo removes the order's flows from every switch, and Yagura's tables with the last order. A switch that cannot be
// reached and may have the order is an error until the order's time is over: then the switch has forgotten it.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	e, there, err := h.book.Get(t.Order)
	if err == nil && there {
		e.Leaving = true // not put back from here on
		if err := h.book.Put(e); err != nil {
			return r, fmt.Errorf("openflow: %w", err)
		}
	}
	answers := h.each(ctx, func(ctx context.Context, l *link, _ site, a *answer) (err error) {
		a.commands, err = h.take(ctx, a.station, l, t.Order)
		if err == nil && len(a.commands) > 0 {
			a.heard = a.says("answered the barrier; no flow of order %s was read back", t.Order)
		}
		return err
	})
	absent, err := sum(answers)
	if err == nil && h.deps.Now().Before(t.Until.Add(slack)) {
		err = h.owed(answers, t, there && !e.Since.Before(h.since))
	}
	if err == nil {
		err = h.book.Drop(t.Order)
	}
	h.write(&r, answers, absent, began)
	return r, err
}

// List reads every switch that can be reached: an order has there what all of them have.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	entries, err := h.book.All()
	if err != nil {
		return nil, fmt.Errorf("openflow: %w", err)
	}
	known := map[uint64]act.Entry{}
	for _, e := range entries {
		known[cookieOf(e.Order)] = e
	}
	name := func(cookie uint64) (string, time.Time) {
		if e, ok := known[cookie]; ok {
			return e.Order, e.Until
		}
		return fmt.Sprintf("cookie %#x", cookie), time.Time{}
	}
	answers := h.each(ctx, func(ctx context.Context, l *link, _ site, a *answer) error {
		have, err := read(ctx, l)
		if err == nil {
			a.held = have.held(name, h.deps.Now())
		}
		return err
	})
	if _, err := sum(answers); err != nil {
		return nil, err
	}
	var lists []map[string]act.Held
	for _, a := range answers {
		if a.err == nil {
			lists = append(lists, a.held)
		}
	}
	return common(lists), nil
}
