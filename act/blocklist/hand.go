package blocklist

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg       Config
	deps      act.Deps
	book      *act.Book
	consumers []*consumer
	dir       string // of the lists as they are offered
	strangers atomic.Uint64

	mu     sync.Mutex // one change of the lists at a time
	server *http.Server
	ended  chan struct{} // closed when server has let go of its port
	addr   net.Addr

	wakeMu  sync.Mutex
	changed chan struct{} // closed whenever a consumer has fetched

	saidMu sync.Mutex
	said   map[string]time.Time
}

func (h *hand) Name() string { return "blocklist" }

func (h *hand) log() *slog.Logger {
	if h.deps.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return h.deps.Log
}

// Capabilities are those of the lists that somebody needs to fetch.
func (h *hand) Capabilities() act.Capabilities {
	c := act.Capabilities{Ranges: true, Most: h.cfg.Most}
	for _, x := range h.needed() {
		for _, l := range x.Lists {
			c.IPv4 = c.IPv4 || l == listIP || l == listIP4
			c.IPv6 = c.IPv6 || l == listIP || l == listIP6
		}
	}
	return c
}

func (h *hand) needed() []*consumer {
	return slices.DeleteFunc(slices.Clone(h.consumers), func(c *consumer) bool { return c.Optional })
}

// Plan says which lines would appear.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := h.guard(t); err != nil {
		return nil, err
	}
	return h.difference(nil, lineSet(h.entryOf(t)), "+"), nil
}

// Apply publishes the target and waits a little for the consumers.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := h.deps.Now()
	r := event.Receipt{Op: "apply"}
	if err := h.guard(t); err != nil {
		return r, err
	}
	if err := ctx.Err(); err != nil {
		return r, fmt.Errorf("blocklist: %w", err)
	}
	if !began.Before(t.Until) {
		return r, fmt.Errorf("blocklist: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	e, err := h.post(t, &r)
	if err == nil {
		err = h.await(ctx, e, &r, func(c *consumer) bool { return c.has(e) })
	}
	if err == nil && !e.Done {
		e.Done = true
		err = h.book.Put(e)
	}
	r.Took = h.deps.Now().Sub(began).Microseconds()
	return r, err
}

// post puts the target into the book and onto the lists.
func (h *hand) post(t act.Target, r *event.Receipt) (act.Entry, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.entryOf(t)
	if err := h.listen(); err != nil {
		return e, err
	}
	all, err := h.book.All()
	if err != nil {
		return e, err
	}
	now, _ := h.standing(all, h.deps.Now())
	if err := h.room(e, now); err != nil {
		return e, err
	}
	old, there, err := h.book.Get(t.Order)
	if err != nil {
		return e, err
	}
	if there && old.Same(e) {
		e = old
	} else {
		if err := h.book.Put(e); err != nil {
			return e, err
		}
	}
	added, _, err := h.publish()
	r.Commands = added
	return e, err
}

// Undo takes the order from the lists and waits a little until the consumers have fetched them without it.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := h.deps.Now()
	r := event.Receipt{Op: "undo"}
	if err := ctx.Err(); err != nil {
		return r, fmt.Errorf("blocklist: %w", err)
	}
	e, others, err := h.withdraw(t.Order, &r)
	if err != nil || e.Order == "" {
		return r, err
	}
	stands := contents(others)
	err = h.await(ctx, e, &r, func(c *consumer) bool { return !c.any(e, stands) })
	if err == nil {
		err = h.book.Drop(e.Order)
	}
	r.Took = h.deps.Now().Sub(began).Microseconds()
	return r, err
}

// withdraw gives the entry as it leaves, and what else stands.
func (h *hand) withdraw(order string, r *event.Receipt) (act.Entry, []act.Entry, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.listen(); err != nil {
		return act.Entry{}, nil, err
	}
	e, there, err := h.book.Get(order)
	if err != nil || !there {
		return act.Entry{}, nil, err
	}
	if !e.Leaving {
		e.Leaving, e.Since = true, h.deps.Now().UTC()
		if err := h.book.Put(e); err != nil {
			return e, nil, err
		}
	}
	if _, r.Commands, err = h.publish(); err != nil {
		return e, nil, err
	}
	all, err := h.book.All()
	others, _ := h.standing(all, h.deps.Now())
	return e, others, err
}

// List is what the needed consumers have fetched; what is over leaves the lists here.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("blocklist: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.listen(); err != nil {
		return nil, err
	}
	if _, _, err := h.publish(); err != nil {
		return nil, err
	}
	all, err := h.book.All()
	if err != nil {
		return nil, err
	}
	standing, _ := h.standing(all, h.deps.Now())
	stands, now := contents(standing), map[string]bool{}
	for _, e := range standing {
		now[e.Order] = true
	}
	var out []act.Held
	for _, e := range all {
		if nets := h.fetched(e, !now[e.Order], stands); len(nets) > 0 {
			out = append(out, act.Held{Order: e.Order, Nets: nets})
		} else if e.Leaving || e.Over(h.deps.Now()) {
			if err := h.book.Drop(e.Order); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range h.consumers {
		if c.stale(h.deps.Now()) {
			h.rarely("a consumer of the block lists has not fetched for long: what stands for it may not be in force", "consumer", c.Name, "last", c.last())
		}
	}
	return out, nil
}

// fetched is what of an entry every needed consumer has; of one that leaves, what some still has.
func (h *hand) fetched(e act.Entry, leaves bool, stands map[string]content) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range e.Nets {
		one := e
		one.Nets, one.Destinations = []netip.Prefix{p}, nil
		all, some := true, false
		for _, c := range h.needed() {
			all = all && c.has(one)
			some = some || leaves && c.any(one, stands)
		}
		if leaves && some || !leaves && all {
			out = append(out, p)
		}
	}
	return out
}

// Close stops the lists; their consumers keep what they have.
func (h *hand) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.server == nil {
		return nil
	}
	err := h.server.Close()
	<-h.ended // one that had only begun still holds the port
	h.server = nil
	return err
}
