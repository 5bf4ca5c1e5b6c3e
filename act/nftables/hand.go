package nftables

import (
	"context"
	"fmt"
	"maps"
	"os"
	"sync"
	"time"

	"github.com/google/nftables"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg  Config
	deps act.Deps
	lay  layout
	ns   *os.File // nil: Yagura's own namespace

	mu   sync.Mutex // one change at a time; the table is ours alone
	conn *nftables.Conn
}

// slack is how far a remaining time may be off before the element is set anew.
const slack = 2 * time.Second

// tries is how often a change is attempted while elements end by themselves in between.
const tries = 4

// maxOrder keeps the comment of an element within the kernel tool's limit (128 bytes).
const maxOrder = 100

// Name tells the bridge from the router: both may be at work on one machine.
func (h *hand) Name() string {
	if h.lay.bridged() {
		return "nftables-bridge"
	}
	return "nftables"
}

func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, MAC: h.cfg.ByMAC, Ranges: true, Forgets: true, Learns: true, SameSegment: h.lay.bridged()}
}

func (l layout) bridged() bool { return l.table.Family == nftables.TableFamilyBridge }

// check is the guard: the never-touch list, and the firewall's own addresses.
func (h *hand) check(t act.Target) (targetKeys, error) {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return targetKeys{}, err
	}
	if len(t.Order) > maxOrder {
		return targetKeys{}, fmt.Errorf("nftables: the order's UID is longer than %d bytes", maxOrder)
	}
	return h.resolve(t)
}

// Plan gives the commands of nft that would do the same.
func (h *hand) Plan(t act.Target) ([]string, error) {
	want, err := h.check(t)
	if err != nil {
		return nil, err
	}
	_, wide := arrange(nil, t.Order, h.left(t), want.wide)
	values := h.values(want.keys, t)
	maps.Copy(values, wide)
	return h.adds(values), nil
}

// values is what the elements of a target are to be now.
func (h *hand) values(keys []key, t act.Target) map[key]value {
	out := map[key]value{}
	for _, k := range keys {
		out[k] = value{t.Order, h.left(t)}
	}
	return out
}

func (h *hand) left(t act.Target) time.Duration {
	return max(t.Until.Sub(h.deps.Now()).Truncate(time.Millisecond), time.Millisecond)
}

// Apply sets the target's elements; those that are there already for this order and time stay untouched.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	want, err := h.check(t)
	if err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("nftables: order %s is over since %s", t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	err = h.retry(ctx, func(conn *nftables.Conn) error { return h.set(conn, t, want, &r) })
	if err == nil && len(r.Commands) > 0 && h.cfg.Conntrack {
		r.Detail = join(r.Detail, h.forget(want))
	}
	r.Detail = join(r.Detail, want.note)
	r.Took = time.Since(began).Microseconds()
	return r, err
}

func (h *hand) set(conn *nftables.Conn, t act.Target, want targetKeys, r *event.Receipt) error {
	r.Commands = nil
	command, err := h.ensure(conn)
	if err != nil {
		return err
	}
	have, err := h.read(conn)
	if err != nil {
		return err
	}
	values := h.values(want.keys, t)
	var replaced []key
	for k, v := range values {
		old, there := have[k]
		switch off := old.left - v.left; {
		case !there:
		case old.order == v.order && off > -slack && off < slack:
			delete(values, k)
		default:
			replaced = append(replaced, k)
		}
	}
	gone, wide := arrange(have, t.Order, h.left(t), want.wide)
	replaced = append(replaced, gone...)
	maps.Copy(values, wide)
	if command != "" {
		r.Commands = append(r.Commands, command)
	}
	if len(values) == 0 && len(gone) == 0 {
		return nil
	}
	r.Commands = append(r.Commands, h.deletes(gone)...)
	r.Commands = append(r.Commands, h.adds(values)...)
	if err := h.write(conn, replaced, values); err != nil {
		return err
	}
	return h.readBack(conn, t.Order, want)
}

// readBack believes nothing but the kernel's own list.
func (h *hand) readBack(conn *nftables.Conn, order string, want targetKeys) error {
	have, err := h.read(conn)
	if err != nil {
		return err
	}
	missing := uncut(have, want.wide)
	for _, k := range want.keys {
		if have[k].order != order {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("nftables: %w: of %d entries of order %s %d are not in %s after they were set", errMoved, len(want.keys)+len(want.wide), order, missing, h.name())
	}
	return nil
}

// Undo removes what the order has, and the table when nothing is left in it.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.retry(ctx, func(conn *nftables.Conn) error { return h.unset(conn, t.Order, &r) })
	r.Took = time.Since(began).Microseconds()
	return r, err
}

func (h *hand) unset(conn *nftables.Conn, order string, r *event.Receipt) error {
	r.Commands = nil
	there, err := h.there(conn)
	if err != nil || !there {
		return err
	}
	have, err := h.read(conn)
	if err != nil {
		return err
	}
	var mine []key
	for k, v := range have {
		if v.order == order {
			mine = append(mine, k)
		}
	}
	if len(mine) == len(have) {
		return h.drop(conn, mine, r)
	}
	if len(mine) == 0 {
		return nil
	}
	r.Commands = h.deletes(mine)
	if err := h.write(conn, mine, nil); err != nil {
		return err
	}
	after, err := h.read(conn)
	if err != nil {
		return err
	}
	for _, k := range mine {
		if after[k].order == order {
			return fmt.Errorf("nftables: %w: an entry of order %s is still in %s", errMoved, order, h.name())
		}
	}
	return nil
}

// drop removes the table: nothing but this order was left, and what was before comes back exactly.
func (h *hand) drop(conn *nftables.Conn, mine []key, r *event.Receipt) error {
	if len(mine) > 0 {
		r.Commands = append(h.deletes(mine), "delete table "+h.name())
	} else {
		r.Detail = "delete table " + h.name() + " (empty)"
	}
	conn.DelTable(h.lay.table)
	if err := conn.Flush(); err != nil {
		return fmt.Errorf("nftables: delete table %s: %w", h.name(), err)
	}
	there, err := h.there(conn)
	if err == nil && there {
		err = fmt.Errorf("nftables: %w: table %s is still there", errMoved, h.name())
	}
	return err
}

// retry runs a change again when the kernel's sets moved under it, on a fresh connection.
func (h *hand) retry(ctx context.Context, change func(*nftables.Conn) error) error {
	var err error
	for range tries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var conn *nftables.Conn
		if conn, err = h.connect(); err != nil {
			return err
		}
		if err = change(conn); err == nil {
			return nil
		}
		h.reset()
	}
	return err
}

// List groups the kernel's elements by order.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var have map[key]value
	err := h.retry(ctx, func(conn *nftables.Conn) (err error) { have, err = h.read(conn); return err })
	if err != nil {
		return nil, err
	}
	return group(have), nil
}

// Close closes the connection; the kernel keeps everything.
func (h *hand) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reset()
	if h.ns != nil {
		return h.ns.Close()
	}
	return nil
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
