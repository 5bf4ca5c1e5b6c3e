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
	return h.difference(nil, lineSet(act.EntryOf(t, h.deps.Now())), "+"), nil
}

// lineSet is "ip.txt 192.0.2.7/32" of every line of an entry.
func lineSet(e act.Entry) []string {
	var out []string
	for _, list := range listNames {
		for _, l := range lines(list, e) {
			out = append(out, list+".txt "+l)
		}
	}
	return out
}

// maxWords bounds the lines that one receipt names.
const maxWords = 64

func (h *hand) difference(before, after []string, sign string) []string {
	have := map[string]bool{}
	for _, l := range before {
		have[l] = true
	}
	var out []string
	for _, l := range after {
		if !have[l] {
			out = append(out, sign+l)
		}
	}
	if len(out) > maxWords {
		out = append(out[:maxWords:maxWords], fmt.Sprintf("# … and %d more", len(out)-maxWords))
	}
	return out
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
	e := act.EntryOf(t, h.deps.Now())
	if err := h.listen(); err != nil {
		return e, err
	}
	all, err := h.book.All()
	if err != nil {
		return e, err
	}
	now, _ := h.standing(all, h.deps.Now())
	if err := h.room(t, now); err != nil {
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

// publish brings the files into line with the book and says what changed in them.
func (h *hand) publish() (added, removed []string, err error) {
	all, err := h.book.All()
	if err != nil {
		return nil, nil, err
	}
	entries, barred := h.standing(all, h.deps.Now())
	if len(barred) > 0 {
		h.rarely("what may never be blocked was taken from the block lists", "orders", barred)
	}
	var before, after []string
	for _, list := range listNames {
		text := h.cfg.render(list, entries)
		old, _ := act.ReadUpTo(h.file(list), maxCopy)
		if string(old) == string(text) {
			continue
		}
		if err := act.Replace(h.file(list), text, 0o640); err != nil {
			return nil, nil, err
		}
		before = append(before, h.named(list, old)...)
		after = append(after, h.named(list, text)...)
	}
	return h.difference(before, after, "+"), h.difference(after, before, "-"), nil
}

// named is the lines of a list that are not its placeholder.
func (h *hand) named(list string, text []byte) []string {
	var out []string
	for l := range parse(text) {
		if l != h.cfg.empty(list) {
			out = append(out, list+".txt "+l)
		}
	}
	slices.Sort(out)
	return out
}

// await asks until every needed consumer has come for it, or Config.Wait is over since it was published.
func (h *hand) await(ctx context.Context, e act.Entry, r *event.Receipt, done func(*consumer) bool) error {
	began := time.Now()
	late := time.NewTimer(max(0, e.Since.Add(h.cfg.Wait).Sub(h.deps.Now())))
	defer late.Stop()
	for {
		h.wakeMu.Lock()
		changed := h.changed
		h.wakeMu.Unlock()
		var missing []*consumer
		for _, c := range h.needed() {
			if !done(c) {
				missing = append(missing, c)
			}
		}
		if len(missing) == 0 {
			if len(r.Commands) > 0 {
				r.Detail = fmt.Sprintf("fetched by every consumer after %d ms", time.Since(began).Milliseconds())
			}
			return nil
		}
		select {
		case <-changed:
		case <-late.C:
			return h.waiting(e, missing)
		case <-ctx.Done():
			return h.waiting(e, missing)
		}
	}
}

// waiting names those that have not come, in words that stay the same while they do not.
func (h *hand) waiting(e act.Entry, missing []*consumer) error {
	w := &act.Waiting{Enforcer: h.Name(), By: e.Since}
	var ja, en string
	for _, c := range missing {
		w.By = latest(w.By, e.Since.Add(3*c.Every))
		last := h.ago(c)
		ja += fmt.Sprintf(" %s（%v間隔、最終取得 %s）", c.Name, c.Every, last.JA)
		en += fmt.Sprintf(" %s (every %v, last fetched %s)", c.Name, c.Every, last.EN)
	}
	w.Text = fill(textWaiting, event.Text{JA: ja, EN: en})
	return w
}

func (h *hand) ago(c *consumer) event.Text {
	if at := c.last(); !at.IsZero() {
		s := at.UTC().Format("15:04Z")
		return event.Text{JA: s, EN: s}
	}
	return textNever
}

func (h *hand) wake() {
	h.wakeMu.Lock()
	defer h.wakeMu.Unlock()
	close(h.changed)
	h.changed = make(chan struct{})
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
		one.Nets = []netip.Prefix{p}
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
	s := h.server
	h.server = nil
	return s.Close()
}
