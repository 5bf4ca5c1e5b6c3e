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
	Can act.Capabilities // NewDevice: addresses and ranges of both families, forgets

	mu       sync.Mutex
	entries  map[name]entry
	writes   int
	received int
	down     error
}

// name is what the device knows a machine by: an address or a MAC.
type name struct {
	net netip.Prefix
	mac event.MAC
}

func (n name) String() string {
	if n.net.IsValid() {
		return n.net.String()
	}
	return n.mac.String()
}

type entry struct {
	order string
	until time.Time
}

// NewDevice makes an empty device.
func NewDevice(now func() time.Time) *Device {
	return &Device{Now: now, Can: act.Capabilities{IPv4: true, IPv6: true, Ranges: true, Forgets: true}, entries: map[name]entry{}}
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
	delete(d.entries, name{net: netip.PrefixFrom(a, a.BitLen())})
}

// LoseMAC removes one hardware address.
func (d *Device) LoseMAC(m event.MAC) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.entries, name{mac: m})
}

// Down makes every conversation with the device fail with err, until nil; with ErrMute it does not answer until ctx ends.
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

// Received counts the conversations that reached the device.
func (d *Device) Received() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.received
}

// Cuts reports whether an address is cut now.
func (d *Device) Cuts(a netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.entries[name{net: netip.PrefixFrom(a, a.BitLen())}]
	return ok && (!d.Can.Forgets || d.Now().Before(e.until))
}

type hand struct {
	*Device
	name string
	deps act.Deps
}

func (h *hand) Name() string                   { return h.name }
func (h *hand) Close() error                   { return nil }
func (h *hand) Capabilities() act.Capabilities { return h.Can }

// names is what of a target the device can cut by.
func (h *hand) names(t act.Target) []name {
	var out []name
	for _, p := range t.Nets {
		if p.Addr().Is4() && h.Can.IPv4 || p.Addr().Is6() && h.Can.IPv6 {
			out = append(out, name{net: p})
		}
	}
	if h.Can.MAC && !t.MAC.IsZero() {
		out = append(out, name{mac: t.MAC})
	}
	return out
}

func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := act.Check(h.name, t, h.Can, h.deps.Protects); err != nil {
		return nil, err
	}
	var out []string
	for _, n := range h.names(t) {
		out = append(out, "cut "+n.String())
	}
	return out, nil
}

// reach is one conversation; the caller has the lock.
func (h *hand) reach(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", h.name, ctx.Err())
	}
	h.received++
	if h.down == nil {
		return nil
	}
	if errors.Is(h.down, ErrMute) {
		<-ctx.Done()
	}
	return fmt.Errorf("%s: %w", h.name, h.down)
}

func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	r := event.Receipt{Op: "apply"}
	if _, err := h.Plan(t); err != nil {
		return r, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.reach(ctx); err != nil {
		return r, err
	}
	for _, n := range h.names(t) {
		want := entry{order: t.Order}
		if h.Can.Forgets {
			want.until = t.Until
		}
		if h.Can.OneWay || h.entries[n] != want {
			h.entries[n] = want
			h.writes++
			r.Commands, r.Answers = append(r.Commands, "cut "+n.String()), append(r.Answers, "ok")
		}
	}
	if h.Can.OneWay {
		r.Detail = "sent; it cannot be read back"
	}
	return r, nil
}

func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := event.Receipt{Op: "undo"}
	if h.Can.ByHand {
		r.Detail = "open it at the device"
		return r, ctx.Err()
	}
	if err := h.reach(ctx); err != nil {
		return r, err
	}
	for n, e := range h.entries {
		if e.order == t.Order {
			delete(h.entries, n)
			r.Commands, r.Answers = append(r.Commands, "open "+n.String()), append(r.Answers, "ok")
		}
	}
	return r, nil
}

func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	if h.Can.OneWay {
		return nil, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.reach(ctx); err != nil {
		return nil, err
	}
	h.received-- // reading changes nothing
	byOrder := map[string]act.Held{}
	for n, e := range h.entries {
		left := e.until.Sub(h.Now())
		if h.Can.Forgets && left <= 0 {
			delete(h.entries, n)
			continue
		}
		x, known := byOrder[e.order]
		if h.Can.Forgets && (!known || left < x.Left) {
			x.Left = left
		}
		x.Order = e.order
		if n.net.IsValid() {
			x.Nets = append(x.Nets, n.net)
		} else {
			x.MACs = append(x.MACs, n.mac)
		}
		byOrder[e.order] = x
	}
	return slices.Collect(maps.Values(byOrder)), nil
}

// ErrDown is a device that cannot be reached, ErrMute one that can but does not answer.
var (
	ErrDown = errors.New("the device does not answer")
	ErrMute = errors.New("the device says nothing")
)
