// Package kept remembers what was asked for at devices that cannot be asked: one file of orders, written whole or not at all.
package kept

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// maxFile bounds what is read of a book.
const maxFile = 64 << 20

// Entry is one order as its device was told.
type Entry struct {
	Order string         `json:"order"`
	Nets  []netip.Prefix `json:"nets,omitempty"`
	MAC   event.MAC      `json:"mac,omitzero"`
	Host  string         `json:"host,omitempty"`
	Roles []string       `json:"roles,omitempty"`
	Since time.Time      `json:"since"` // first told
	Until time.Time      `json:"until"`
	// Leaving is set from the Undo until the device is known to have nothing of it any more.
	Leaving bool `json:"leaving,omitempty"`
	// Done is set once the device is known to have it.
	Done bool `json:"done,omitempty"`
}

// Of is the entry of a target.
func Of(t act.Target, now time.Time) Entry {
	return Entry{Order: t.Order, Nets: slices.Clone(t.Nets), MAC: t.MAC, Host: t.Host, Roles: slices.Clone(t.Roles),
		Since: now.UTC(), Until: t.Until.UTC()}
}

// Target is what the entry was made of.
func (e Entry) Target() act.Target {
	return act.Target{Order: e.Order, Nets: e.Nets, MAC: e.MAC, Host: e.Host, Roles: e.Roles, Until: e.Until}
}

// Same reports whether both ask the device for the same, until the same second.
func (e Entry) Same(o Entry) bool {
	return slices.Equal(e.Nets, o.Nets) && e.MAC == o.MAC && e.Host == o.Host && e.Leaving == o.Leaving &&
		e.Until.Truncate(time.Second).Equal(o.Until.Truncate(time.Second))
}

// Over reports whether its time has come.
func (e Entry) Over(now time.Time) bool { return !e.Until.IsZero() && !now.Before(e.Until) }

// Left is the remaining time, 0 when it is over.
func (e Entry) Left(now time.Time) time.Duration { return max(0, e.Until.Sub(now)) }

// Book is the entries of one enforcer. What Put has returned from survives a
// crash. Safe for concurrent use by one process.
type Book struct {
	path string

	mu      sync.Mutex
	entries map[string]Entry // nil: not read yet
}

// At is the book in the file of this path; nothing is read before it is used.
func At(path string) *Book { return &Book{path: path} }

// All gives every entry, by order.
func (b *Book) All() ([]Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.load(); err != nil {
		return nil, err
	}
	return sorted(b.entries), nil
}

func sorted(m map[string]Entry) []Entry {
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
	text, err := json.MarshalIndent(sorted(next), "", " ")
	if err != nil {
		return fmt.Errorf("write %s: %w", b.path, err)
	}
	if err := Write(b.path, append(text, '\n'), 0o600); err != nil {
		return err
	}
	b.entries = next
	return nil
}

// load reads the file once; one that cannot be read is never taken for an empty one.
func (b *Book) load() error {
	if b.entries != nil {
		return nil
	}
	text, err := Read(b.path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		b.entries = map[string]Entry{}
		return nil
	}
	if err != nil {
		return err
	}
	var list []Entry
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("%s is damaged (%w): move it away, then Yagura tells the device everything anew", b.path, err)
	}
	m := make(map[string]Entry, len(list))
	for _, e := range list {
		m[e.Order] = e
	}
	b.entries = m
	return nil
}

// Read gives a file of at most so many bytes.
func Read(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if int64(len(text)) > most {
		return nil, fmt.Errorf("%s is over %d bytes: it is not Yagura's", path, most)
	}
	return text, nil
}

// Write puts text in place of the file at once: whoever reads sees the old or
// the new one whole, after a power cut too.
func Write(path string, text []byte, mode fs.FileMode) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
