package acttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Device is an enforcement point in memory: it keeps entries, forgets them in
// time, can be restarted and can fail.
type Device struct {
	Now func() time.Time

	mu      sync.Mutex
	entries map[netip.Prefix]entry
	writes  int
	down    error
}

type entry struct {
	order string
	until time.Time
}

// NewDevice makes an empty device.
func NewDevice(now func() time.Time) *Device {
	return &Device{Now: now, entries: map[netip.Prefix]entry{}}
}

// Hand opens the device.
func (d *Device) Hand(name string, deps act.Deps) act.Hand { return &hand{d, name, deps} }

// Flush is a restart of the device: everything is gone.
func (d *Device) Flush() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.entries)
}

// Lose removes one address.
func (d *Device) Lose(a netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.entries, netip.PrefixFrom(a, a.BitLen()))
}

// Down makes every conversation with the device fail with err, until nil.
func (d *Device) Down(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = err
}

// Writes counts the entries that were ever set.
func (d *Device) Writes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.writes
}

// Cuts reports whether an address is cut now.
func (d *Device) Cuts(a netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.entries[netip.PrefixFrom(a, a.BitLen())]
	return ok && d.Now().Before(e.until)
}

type hand struct {
	*Device
	name string
	deps act.Deps
}

func (h *hand) Name() string { return h.name }
func (h *hand) Close() error { return nil }
func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, Ranges: true, Forgets: true}
}

func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := act.Check(h.name, t, h.Capabilities(), h.deps.Protects); err != nil {
		return nil, err
	}
	var out []string
	for _, p := range t.Nets {
		out = append(out, "cut "+p.String())
	}
	return out, nil
}

func (h *hand) Apply(_ context.Context, t act.Target) (event.Receipt, error) {
	r := event.Receipt{Op: "apply"}
	if _, err := h.Plan(t); err != nil {
		return r, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil {
		return r, h.down
	}
	for _, p := range t.Nets {
		want := entry{t.Order, t.Until}
		if h.entries[p] != want {
			h.entries[p] = want
			h.writes++
			r.Commands = append(r.Commands, "cut "+p.String())
		}
	}
	return r, nil
}

func (h *hand) Undo(_ context.Context, t act.Target) (event.Receipt, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := event.Receipt{Op: "undo"}
	if h.down != nil {
		return r, h.down
	}
	for p, e := range h.entries {
		if e.order == t.Order {
			delete(h.entries, p)
			r.Commands = append(r.Commands, "open "+p.String())
		}
	}
	return r, nil
}

func (h *hand) List(context.Context) ([]act.Held, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil {
		return nil, h.down
	}
	byOrder := map[string]act.Held{}
	for p, e := range h.entries {
		left := e.until.Sub(h.Now())
		if left <= 0 {
			delete(h.entries, p)
			continue
		}
		x, known := byOrder[e.order]
		if !known || left < x.Left {
			x.Left = left
		}
		x.Order, x.Nets = e.order, append(x.Nets, p)
		byOrder[e.order] = x
	}
	return slices.Collect(maps.Values(byOrder)), nil
}

// ErrDown is a device that does not answer.
var ErrDown = errors.New("the device does not answer")

// Ledger keeps orders in memory as act.Ledger says.
type Ledger struct {
	mu     sync.Mutex
	Kept   map[string]event.Order
	Audits []event.Audit
	Fail   error             // what PutOrder answers, when set
	OnPut  func(event.Order) // called before each PutOrder returns
}

// NewLedger makes an empty ledger.
func NewLedger() *Ledger { return &Ledger{Kept: map[string]event.Order{}} }

// PutOrder keeps o.
func (l *Ledger) PutOrder(_ context.Context, o event.Order) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Fail != nil {
		return l.Fail
	}
	l.Kept[o.UID] = o
	if l.OnPut != nil {
		l.OnPut(o)
	}
	return nil
}

// AppendAudit keeps a.
func (l *Ledger) AppendAudit(_ context.Context, a event.Audit) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Audits = append(l.Audits, a)
	return nil
}

// Order gives one order or event.ErrNotFound.
func (l *Ledger) Order(_ context.Context, uid string) (event.Order, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o, ok := l.Kept[uid]
	if !ok {
		return o, fmt.Errorf("order %s: %w", uid, event.ErrNotFound)
	}
	return o, nil
}

// Orders gives those in the filter's states.
func (l *Ledger) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []event.Order
	for _, uid := range slices.Sorted(maps.Keys(l.Kept)) {
		if o := l.Kept[uid]; len(f.States) == 0 || slices.Contains(f.States, o.State) {
			out = append(out, o)
		}
	}
	return out, nil
}
