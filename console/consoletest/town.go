// Package consoletest is a small town held in memory, for the tests of the console and of its pages.
package consoletest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// Town satisfies every interface that the console asks for, in memory.
type Town struct {
	mu        sync.Mutex
	now       func() time.Time
	hub       *console.Hub
	users     map[string]console.User
	devices   map[string]event.Device
	incidents map[string]event.Incident
	orders    map[string]event.Order
	audits    []event.Audit
	freeze    console.Freeze
	tested    event.SelfTest
	settings  map[string]string
	next      int
	packets   uint64

	nevers     []console.NeverEntry
	accepted   string // who accepted the rehearsal of the policy
	acceptedAt time.Time

	Never    map[string]bool // device UIDs that may not be isolated
	Silence  time.Duration   // from an order to observed silence
	Resists  bool            // isolations do not work
	Unarmed  bool            // no enforcer does anything
	wg       sync.WaitGroup
	sessions *memstore.MemStore
}

// New makes a town with machines and a quiet past, at the time of now.
func New(now func() time.Time) *Town {
	t := &Town{now: now, users: map[string]console.User{}, devices: map[string]event.Device{}, incidents: map[string]event.Incident{},
		orders: map[string]event.Order{}, Never: map[string]bool{}, Silence: 1200 * time.Millisecond, sessions: memstore.NewWithCleanupInterval(0)}
	t.settle()
	return t
}

// Connect lets the town announce its changes.
func (t *Town) Connect(h *console.Hub) { t.hub = h }

// Sessions keeps logins in memory.
func (t *Town) Sessions() *memstore.MemStore { return t.sessions }

// Wait returns when every isolation on its way has come to its end.
func (t *Town) Wait() { t.wg.Wait() }

// User gives one user.
func (t *Town) User(_ context.Context, name string) (console.User, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return get(t.users, name)
}

// Users gives all users by name.
func (t *Town) Users(context.Context) ([]console.User, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return sorted(t.users, func(a, b console.User) int { return strings.Compare(a.Name, b.Name) }), nil
}

// PutUser keeps a user.
func (t *Town) PutUser(_ context.Context, u console.User) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.users[u.Name] = u
	return nil
}

// Incidents gives the cases that match, newest first.
func (t *Town) Incidents(_ context.Context, f event.IncidentFilter) ([]event.Incident, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return page(t.matchIncidents(f), f.Offset, f.Limit), nil
}

// CountIncidents counts them.
func (t *Town) CountIncidents(_ context.Context, f event.IncidentFilter) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.matchIncidents(f)), nil
}

func (t *Town) matchIncidents(f event.IncidentFilter) []event.Incident {
	all := sorted(t.incidents, func(a, b event.Incident) int { return b.Time.Compare(a.Time) })
	return slices.DeleteFunc(all, func(i event.Incident) bool {
		return len(f.States) > 0 && !slices.Contains(f.States, i.State) || f.Device != "" && i.Device.UID != f.Device ||
			i.HostSeverity < f.MinSeverity || f.Whole && i.Lead != "" || f.Number != "" && i.Number != f.Number || outside(i.Time, f.Since, f.Until)
	})
}

// Incident gives one case.
func (t *Town) Incident(_ context.Context, uid string) (event.Incident, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return get(t.incidents, uid)
}

// Orders gives the isolations that match, newest first.
func (t *Town) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return page(t.matchOrders(f), f.Offset, f.Limit), nil
}

// CountOrders counts them.
func (t *Town) CountOrders(_ context.Context, f event.OrderFilter) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.matchOrders(f)), nil
}

func (t *Town) matchOrders(f event.OrderFilter) []event.Order {
	all := sorted(t.orders, func(a, b event.Order) int { return b.Time.Compare(a.Time) })
	return slices.DeleteFunc(all, func(o event.Order) bool {
		return len(f.States) > 0 && !slices.Contains(f.States, o.State) || f.Device != "" && o.Target.UID != f.Device ||
			f.Incident != "" && o.Incident != f.Incident || outside(o.Time, f.Since, f.Until)
	})
}

// Order gives one isolation.
func (t *Town) Order(_ context.Context, uid string) (event.Order, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return get(t.orders, uid)
}

// Devices gives the machines that match, latest seen first.
func (t *Town) Devices(_ context.Context, f event.DeviceFilter) ([]event.Device, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return page(t.matchDevices(f), f.Offset, f.Limit), nil
}

// CountDevices counts them.
func (t *Town) CountDevices(_ context.Context, f event.DeviceFilter) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.matchDevices(f)), nil
}

func (t *Town) matchDevices(f event.DeviceFilter) []event.Device {
	all := sorted(t.devices, func(a, b event.Device) int {
		return cmp.Or(b.LastSeen.Compare(a.LastSeen), strings.Compare(a.UID, b.UID))
	})
	return slices.DeleteFunc(all, func(d event.Device) bool {
		text := strings.ToLower(strings.Join([]string{d.Hostname, d.User, d.IP.String(), d.MAC.String(), d.Department, d.Place}, " "))
		return f.Text != "" && !strings.Contains(text, strings.ToLower(f.Text)) || f.Zone != "" && d.Zone != f.Zone || f.IP.IsValid() && d.IP != f.IP
	})
}

// Device gives one machine.
func (t *Town) Device(_ context.Context, uid string) (event.Device, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return get(t.devices, uid)
}

// Audits gives the ledger's lines since then, newest first.
func (t *Town) Audits(_ context.Context, since time.Time, limit int) ([]event.Audit, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := slices.Clone(t.audits)
	slices.Reverse(out)
	out = slices.DeleteFunc(out, func(a event.Audit) bool { return a.Time.Before(since) })
	return page(out, 0, limit), nil
}

// AppendAudit adds a line to the chain.
func (t *Town) AppendAudit(_ context.Context, a event.Audit) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	a.Seq = int64(len(t.audits) + 1)
	if n := len(t.audits); n > 0 {
		a.Prev = t.audits[n-1].Hash
	}
	sum := sha256.Sum256(fmt.Append(nil, a))
	a.Hash = hex.EncodeToString(sum[:])
	t.audits = append(t.audits, a)
	return nil
}

// Sensors tells of one sensor that is well.
func (t *Town) Sensors() []event.SensorStats {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.packets += 1200
	return []event.SensorStats{{Time: t.now(), Source: "mirror0", Packets: 48_211_900 + t.packets, Bytes: 31_000_000_000 + 700*t.packets,
		Flows: 912_004, FlowsOpen: 1843, OpaqueBytes: 22_940_000_000, ByApp: map[string]uint64{"tls": 402_113, "dns": 310_482, "smb": 52_101, "http": 40_233}}}
}

func get[T any](m map[string]T, uid string) (T, error) {
	v, ok := m[uid]
	if !ok {
		return v, fmt.Errorf("%s: %w", uid, event.ErrNotFound)
	}
	return v, nil
}

func sorted[T any](m map[string]T, by func(a, b T) int) []T {
	out := make([]T, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	slices.SortFunc(out, by)
	return out
}

func outside(at, since, until time.Time) bool {
	return !since.IsZero() && at.Before(since) || !until.IsZero() && !at.Before(until)
}

func page[T any](all []T, offset, limit int) []T {
	if limit == 0 {
		limit = 100
	}
	all = all[min(offset, len(all)):]
	return all[:min(limit, len(all))]
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }
