package decide

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// memory is a ledger as its contract says: what was put survives the Engine.
type memory struct {
	orders   map[string]event.Order
	settings map[string]string
	audits   []event.Audit
}

func newMemory() *memory {
	return &memory{orders: map[string]event.Order{}, settings: map[string]string{}}
}

func (m *memory) PutOrder(_ context.Context, o event.Order) error { m.orders[o.UID] = o; return nil }
func (m *memory) AppendAudit(_ context.Context, a event.Audit) error {
	m.audits = append(m.audits, a)
	return nil
}
func (m *memory) Order(_ context.Context, uid string) (event.Order, error) {
	o, ok := m.orders[uid]
	if !ok {
		return o, event.ErrNotFound
	}
	return o, nil
}
func (m *memory) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	var out []event.Order
	for _, uid := range slices.Sorted(maps.Keys(m.orders)) {
		o := m.orders[uid]
		if (len(f.States) == 0 || slices.Contains(f.States, o.State)) && (f.Device == "" || f.Device == o.Target.UID) &&
			(f.Since.IsZero() || !o.Time.Before(f.Since)) {
			out = append(out, o)
		}
	}
	slices.Reverse(out)
	return out, nil
}
func (m *memory) Setting(_ context.Context, key string) (string, error) {
	s, ok := m.settings[key]
	if !ok {
		return "", event.ErrNotFound
	}
	return s, nil
}
func (m *memory) PutSetting(_ context.Context, key, value string) error {
	m.settings[key] = value
	return nil
}

// hands stands for the Actor: it notes what it was asked.
type hands struct {
	ledger   *memory
	kicks    int
	released []string
}

func (h *hands) Kick() { h.kicks++ }
func (h *hands) Release(_ context.Context, uid, who string, why event.Text) (event.Order, error) {
	h.released = append(h.released, uid)
	o := h.ledger.orders[uid]
	o.History = append(o.History, event.Transition{Time: clock, From: o.State, To: event.OrderReleased, Who: who, Why: why})
	o.State = event.OrderReleased
	h.ledger.orders[uid] = o
	return o, nil
}
func (h *hands) Plan(event.Order) (map[string][]string, map[string]event.Text, []string) {
	return map[string][]string{"none": {"would cut"}}, nil, []string{"10.1.0.9:80"}
}
func (h *hands) Enforcers() []string { return []string{"none"} }
func (h *hands) Rehearses() bool     { return true }
func (h *hands) Ranges() bool        { return false }
func (h *hands) Limits() []event.Text {
	return []event.Text{{JA: "隣の端末とは話せます", EN: "neighbours still reach it"}}
}

var (
	friday   = time.Date(2026, 11, 20, 10, 0, 0, 0, japan.JST)
	saturday = time.Date(2026, 11, 21, 10, 0, 0, 0, japan.JST)
	clock    time.Time
)

type room struct {
	*Engine
	ledger *memory
	hands  *hands
}

func open(t *testing.T, ledger *memory, change func(*Config)) room {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Rules = []Rule{
		{Name: "夜間・休日は自動", Severity: 8, Hours: []Hours{HoursClosed}, Mode: event.ModeAuto},
		{Name: "開庁時間は承認", Severity: 8, Hours: []Hours{HoursOpen}, Mode: event.ModeApprove},
	}
	cfg.Unrehearsed = true
	if change != nil {
		change(&cfg)
	}
	h := &hands{ledger: ledger}
	n := len(ledger.orders)
	e, err := New(cfg, Deps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Actor: h, Now: func() time.Time { return clock },
		NewUID: func() string { n++; return fmt.Sprintf("iso-%03d", n) }, Self: []netip.Addr{netip.MustParseAddr("10.1.0.9")}})
	if err != nil {
		t.Fatal(err)
	}
	return room{e, ledger, h}
}

func pc(n int) event.Device {
	mac := event.MAC{2, 0, 0, 0, 0, byte(n)}
	return event.Device{UID: "mac:" + mac.String(), IP: netip.AddrFrom4([4]byte{10, 1, 2, byte(n)}),
		IPs: []netip.Addr{netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", n))}, MAC: mac,
		Hostname: fmt.Sprintf("PC-%d", n), Zone: "internet", LastSeen: clock}
}

func casefile(n, severity int) event.Incident {
	return event.Incident{Header: event.Header{UID: fmt.Sprintf("case-%d", n)}, Device: pc(n), HostSeverity: severity,
		State: event.IncidentNew, Title: event.Text{JA: "外部との不審な通信", EN: "suspicious beaconing"}}
}

func (r room) consider(t *testing.T, inc event.Incident) Decision {
	t.Helper()
	d, err := r.Consider(context.Background(), inc)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
