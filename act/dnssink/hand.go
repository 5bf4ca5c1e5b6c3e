package dnssink

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg    Config
	deps   act.Deps
	book   *act.Book
	memory act.Memory        // the last serial number
	zone   string            // with final dot
	never  []string          // with final dots
	key    map[string]string // TSIG: name → secret

	mu      sync.Mutex // one change of the zone at a time
	servers *servers

	served  atomic.Pointer[version] // what transfers and the sinkhole answer from
	history history
	asked   askers
}

func (h *hand) Name() string { return "dnssink" }

func (h *hand) log() *slog.Logger {
	if h.deps.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return h.deps.Log
}

func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, Ranges: true, Limit: textLimit}
}

// check is the guard; it gives the entry with only those destinations that may be sunk.
func (h *hand) check(t act.Target) (act.Entry, []string, error) {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return act.Entry{}, nil, err
	}
	e := act.EntryOf(t, h.deps.Now())
	addrs, names, spared := act.Cuttable(t, h.deps.Protects)
	e.Destinations = nil
	for _, a := range addrs {
		e.Destinations = append(e.Destinations, a.String())
	}
	for _, n := range names {
		if h.barred(n + ".") {
			spared = append(spared, n)
			continue
		}
		e.Destinations = append(e.Destinations, n)
	}
	return e, spared, nil
}

// barred reports whether a name is, is below, or is above one that is never sunk.
func (h *hand) barred(name string) bool {
	return slices.ContainsFunc(h.never, func(n string) bool {
		return name == n || strings.HasSuffix(name, "."+n) || strings.HasSuffix(n, "."+name)
	})
}

// Plan gives the records that would appear.
func (h *hand) Plan(t act.Target) ([]string, error) {
	e, _, err := h.check(t)
	if err != nil {
		return nil, err
	}
	return difference("+", nil, h.build([]act.Entry{e}, h.deps.Now()).lines), nil
}

// maxWords bounds the records that one receipt names.
const maxWords = 64

// difference is what after has and before has not.
func difference(sign string, before, after map[string]bool) []string {
	var out []string
	for _, l := range sortedLines(after) {
		if !before[l] {
			out = append(out, sign+l)
		}
	}
	if len(out) > maxWords {
		out = append(out[:maxWords:maxWords], fmt.Sprintf("# … and %d more", len(out)-maxWords))
	}
	return out
}

// Apply puts the target into the zone and waits until every resolver obeys it.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	e, spared, err := h.check(t)
	if err != nil {
		return r, err
	}
	if err := ctx.Err(); err != nil {
		return r, fmt.Errorf("dnssink: %w", err)
	}
	if e.Over(h.deps.Now()) {
		return r, fmt.Errorf("dnssink: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	old, there, err := h.book.Get(t.Order)
	if err != nil {
		return r, err
	}
	if !there || !old.Same(e) {
		if err := h.book.Put(e); err != nil {
			return r, err
		}
	}
	err = h.publish(ctx, &r)
	if len(spared) > 0 {
		r.Detail = "not sunk, because many share it or it is protected: " + strings.Join(spared, ", ")
	}
	r.Took = time.Since(began).Microseconds()
	return r, err
}

// Undo takes the order out of the zone.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	if err := ctx.Err(); err != nil {
		return r, fmt.Errorf("dnssink: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e, there, err := h.book.Get(t.Order)
	if err == nil && there && !e.Leaving {
		e.Leaving = true
		err = h.book.Put(e)
	}
	if err == nil {
		err = h.publish(ctx, &r)
	}
	if err == nil && there {
		err = h.book.Drop(t.Order)
	}
	r.Took = time.Since(began).Microseconds()
	return r, err
}

// List is what every resolver obeys. What is over leaves the zone here.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dnssink: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	all, err := h.book.All()
	if err != nil {
		return nil, err
	}
	if err := h.resume(); err != nil {
		return nil, err
	}
	have, err := h.current()
	if err != nil {
		return nil, err
	}
	if ok, err := h.obeys(ctx, have.serial); err != nil || !ok {
		return nil, err
	}
	if err := h.sweep(ctx, all); err != nil {
		return nil, err
	}
	if have, err = h.current(); err != nil {
		return nil, err
	}
	var out []act.Held
	for _, e := range all {
		x := act.Held{Order: e.Order}
		for _, p := range e.Nets {
			if h.has(have, clientOwner(p)) {
				x.Nets = append(x.Nets, p)
			}
		}
		if len(x.Nets) > 0 && !e.Leaving {
			out = append(out, x)
		}
	}
	return out, nil
}

// has reports whether all answers of an owner stand in the zone.
func (h *hand) has(v *version, owner string) bool {
	want := &version{lines: map[string]bool{}}
	h.trigger(want, owner)
	for l := range want.lines {
		if !v.lines[l] {
			return false
		}
	}
	return true
}

// resume serves, after a restart, what stands.
func (h *hand) resume() error {
	if h.servers != nil {
		return nil
	}
	v, err := h.standing()
	if err != nil {
		return err
	}
	have, err := h.current()
	if err != nil {
		return err
	}
	v.serial = have.serial
	if h.cfg.File == "" {
		if v.serial, err = h.next(0, v); err != nil {
			return err
		}
	}
	h.served.Store(v)
	return h.listen()
}

// sweep publishes anew when something is over.
func (h *hand) sweep(ctx context.Context, all []act.Entry) error {
	over := false
	for _, e := range all {
		if e.Over(h.deps.Now()) {
			over = true
			if err := h.book.Drop(e.Order); err != nil {
				return err
			}
		}
	}
	if !over {
		return nil
	}
	var r event.Receipt
	return h.publish(ctx, &r)
}

// Close stops the servers; the resolvers keep the zone.
func (h *hand) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.servers == nil {
		return nil
	}
	s := h.servers
	h.servers = nil
	return s.close()
}
