package act

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Entry is one order as its device was told.
type Entry struct {
	Order        string         `json:"order"`
	Nets         []netip.Prefix `json:"nets,omitempty"`
	MAC          event.MAC      `json:"mac,omitzero"`
	Host         string         `json:"host,omitempty"`
	Roles        []string       `json:"roles,omitempty"`
	Destinations []string       `json:"destinations,omitempty"`
	Since        time.Time      `json:"since"` // first told
	Until        time.Time      `json:"until"`
	// Leaving is set from the Undo until the device is known to have nothing of it any more.
	Leaving bool `json:"leaving,omitempty"`
	// Done is set once the device is known to have it.
	Done bool `json:"done,omitempty"`
}

// EntryOf is the entry of a target that is told now for the first time.
func EntryOf(t Target, now time.Time) Entry {
	return Entry{Order: t.Order, Nets: slices.Clone(t.Nets), MAC: t.MAC, Host: t.Host, Roles: slices.Clone(t.Roles), Destinations: slices.Clone(t.Destinations),
		Since: now.UTC(), Until: t.Until.UTC()}
}

// Target is what the entry was made of.
func (e Entry) Target() Target {
	return Target{Order: e.Order, Nets: e.Nets, MAC: e.MAC, Host: e.Host, Roles: e.Roles, Destinations: e.Destinations, Until: e.Until}
}

// Same reports whether both ask the device for the same, until the same second.
func (e Entry) Same(o Entry) bool {
	return slices.Equal(e.Nets, o.Nets) && e.MAC == o.MAC && e.Host == o.Host && slices.Equal(e.Destinations, o.Destinations) && e.Leaving == o.Leaving &&
		e.Until.Truncate(time.Second).Equal(o.Until.Truncate(time.Second))
}

// Over reports whether its time has come.
func (e Entry) Over(now time.Time) bool { return !e.Until.IsZero() && !now.Before(e.Until) }

// Left is the remaining time, 0 when it is over.
func (e Entry) Left(now time.Time) time.Duration { return max(0, e.Until.Sub(now)) }

// Book is the orders of one Hand in its Memory: for devices that cannot be
// asked what they have. What Put has returned from survives a crash. Safe for
// concurrent use.
type Book struct {
	memory Memory

	mu      sync.Mutex
	entries map[string]Entry // nil: not read yet
}

// Book opens the orders that the named Hand keeps; nothing is read before it is used.
func (d Deps) Book(name string) *Book { return &Book{memory: d.Memory(name)} }

// All gives every entry, by order.
func (b *Book) All() ([]Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.load(); err != nil {
		return nil, err
	}
	return byOrder(b.entries), nil
}

func byOrder(m map[string]Entry) []Entry {
	return slices.SortedFunc(maps.Values(m), func(a, b Entry) int { return cmp.Compare(a.Order, b.Order) })
}

// Get gives one entry.
func (b *Book) Get(order string) (Entry, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.load(); err != nil {
		return Entry{}, false, err
	}
	e, ok := b.entries[order]
	return e, ok, nil
}

// Put keeps e in place of what the order had.
func (b *Book) Put(e Entry) error {
	return b.change(func(m map[string]Entry) { m[e.Order] = e })
}

// Drop forgets an order.
func (b *Book) Drop(order string) error {
	return b.change(func(m map[string]Entry) { delete(m, order) })
}

func (b *Book) change(f func(map[string]Entry)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.load(); err != nil {
		return err
	}
	next := maps.Clone(b.entries)
	f(next)
	if err := b.memory.Save(byOrder(next)); err != nil {
		return err
	}
	b.entries = next
	return nil
}

// load reads the memory once; one that cannot be read is never taken for an empty one.
func (b *Book) load() error {
	if b.entries != nil {
		return nil
	}
	var list []Entry
	if err := b.memory.Load(&list); err != nil {
		return err
	}
	b.entries = make(map[string]Entry, len(list))
	for _, e := range list {
		b.entries[e.Order] = e
	}
	return nil
}
