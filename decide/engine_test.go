package decide

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
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

var (
	friday   = time.Date(2026, 11, 20, 10, 0, 0, 0, JST)
	saturday = time.Date(2026, 11, 21, 10, 0, 0, 0, JST)
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

func TestPolicyByHour(t *testing.T) {
	for _, c := range []struct {
		at       time.Time
		severity int
		want     event.OrderState
	}{
		{friday, 8, event.OrderAwaitingApproval}, {saturday, 9, event.OrderApproved},
		{saturday, 7, ""}, {time.Date(2026, 11, 23, 10, 0, 0, 0, JST), 10, event.OrderApproved},
	} {
		clock = c.at
		r := open(t, newMemory(), nil)
		d := r.consider(t, casefile(1, c.severity))
		got := event.OrderState("")
		if d.Order != nil {
			got = d.Order.State
		}
		if got != c.want || (r.hands.kicks == 1) != (c.want == event.OrderApproved) || len(r.ledger.audits) != 1 {
			t.Errorf("%s severity %d: %q (%s), kicks %d, audits %d", c.at, c.severity, got, d.Why.EN, r.hands.kicks, len(r.ledger.audits))
		}
	}
}

func TestDefaultPolicyOnlyObserves(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), func(c *Config) { c.Rules = nil })
	if d := r.consider(t, casefile(1, 10)); d.Order == nil || d.Order.State != event.OrderObserved || r.hands.kicks != 0 {
		t.Errorf("want a rehearsal, got %+v", d)
	}
	if d := r.consider(t, casefile(1, 10)); d.Order != nil {
		t.Error("the rehearsal of one case is recorded once")
	}
	if d := r.consider(t, casefile(2, 7)); d.Order != nil {
		t.Error("below the severity nothing is proposed")
	}
}

func TestOneMachineNeverHasTwoOrders(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	first := r.consider(t, casefile(1, 9))
	other := casefile(2, 9)
	other.Device.UID, other.Device.MAC = "ip:10.1.2.1", event.MAC{}
	other.Device.IP = first.Order.Target.IP // the same machine, known by its address only
	if d := r.consider(t, other); d.Order != nil {
		t.Errorf("a second order %s was made", d.Order.UID)
	}
	_, err := r.Isolate(context.Background(), "sato", pc(1), "", 0, "念のため")
	var refused *Refusal
	if !errors.As(err, &refused) || refused.Guard != "double" {
		t.Errorf("Isolate: %v", err)
	}
}

func TestCapsStopTheEleventh(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	for n := 1; n <= 10; n++ {
		if d := r.consider(t, casefile(n, 9)); d.Order.State != event.OrderApproved {
			t.Fatalf("order %d: %s (%s)", n, d.Order.State, d.Why.EN)
		}
	}
	if d := r.consider(t, casefile(11, 9)); d.Order.State != event.OrderAwaitingApproval || !strings.Contains(d.Why.EN, "cap of 10") {
		t.Errorf("11th: %s (%s)", d.Order.State, d.Why.EN)
	}
	clock = clock.Add(61 * time.Minute)
	if d := r.consider(t, casefile(12, 9)); d.Order.State != event.OrderApproved {
		t.Errorf("an hour later: %s (%s)", d.Order.State, d.Why.EN)
	}
}

func TestPercentOfTheZone(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	r.Machines = func(string) int { return 40 } // 5 % are two machines
	for n, want := range []event.OrderState{event.OrderApproved, event.OrderApproved, event.OrderAwaitingApproval} {
		if d := r.consider(t, casefile(n+1, 9)); d.Order.State != want {
			t.Errorf("order %d: %s (%s)", n+1, d.Order.State, d.Why.EN)
		}
	}
}

func TestFreezeStopsAutomaticActionAtOnce(t *testing.T) {
	clock = saturday
	m := newMemory()
	r := open(t, m, nil)
	if err := r.Freeze(context.Background(), "sato", true, "切替作業"); err != nil {
		t.Fatal(err)
	}
	r = open(t, m, nil) // it survives a restart
	if d := r.consider(t, casefile(1, 10)); d.Order.State != event.OrderAwaitingApproval || r.hands.kicks != 0 {
		t.Errorf("%s (%s)", d.Order.State, d.Why.EN)
	}
	if _, err := r.Isolate(context.Background(), "sato", pc(2), "", 0, "確認済み"); err != nil {
		t.Errorf("a person may still act: %v", err)
	}
	if !r.Hold(context.Background(), event.Order{Approved: "policy"}) || r.Hold(context.Background(), event.Order{Approved: "sato"}) {
		t.Error("only what nobody approved is held")
	}
	m.settings[settingFreeze] = "{" // unreadable counts as frozen
	if f, err := r.Frozen(context.Background()); !f.On || err == nil {
		t.Error("an unreadable switch must stop everything")
	}
}

func TestHardGuardsRefuseEverybody(t *testing.T) {
	for name, change := range map[string]func(*event.Device){
		"never": func(d *event.Device) { d.Roles = []string{"基幹"} },
		"self":  func(d *event.Device) { d.IPs = append(d.IPs, netip.MustParseAddr("10.1.0.9")) },
		"range": func(d *event.Device) { d.IP = netip.MustParseAddr("::ffff:10.9.0.7") },
		"mac":   func(d *event.Device) { d.MAC = event.MAC{2, 9, 9, 9, 9, 9} },
		"host":  func(d *event.Device) { d.Hostname = "DC01.town.local" },
		"identity": func(d *event.Device) {
			d.Conflicts = []event.Text{{JA: "DHCPとARPが食い違う", EN: "DHCP and ARP disagree"}}
		},
		"fresh":   func(d *event.Device) { d.LastSeen = clock.Add(-5 * time.Hour) },
		"address": func(d *event.Device) { *d = event.Device{UID: "x", LastSeen: clock} },
	} {
		clock = saturday
		r := open(t, newMemory(), func(c *Config) {
			c.Never = []NeverEntry{{CIDR: "10.9.0.0/24", Reason: "住民情報"}, {MAC: "02:09:09:09:09:09", Reason: "複合機"}, {Host: "dc*", Reason: "認証"}}
		})
		inc := casefile(1, 10)
		change(&inc.Device)
		if d := r.consider(t, inc); d.Order == nil || d.Order.State != event.OrderDenied || d.Order.History[0].Who != "guard" {
			t.Errorf("%s: %+v", name, d)
		}
		if d := r.consider(t, inc); d.Order != nil {
			t.Errorf("%s: the refusal of one case is recorded once", name)
		}
		var refused *Refusal
		if _, err := r.Isolate(context.Background(), "sato", inc.Device, "", 0, "急ぎ"); !errors.As(err, &refused) {
			t.Errorf("%s: Isolate by a person: %v", name, err)
		}
	}
}

func TestApprovalSurvivesARestart(t *testing.T) {
	ctx := context.Background()
	clock = friday
	m := newMemory()
	d := open(t, m, nil).consider(t, casefile(1, 9))
	clock = clock.Add(30 * time.Minute)
	r := open(t, m, nil)
	o, err := r.Approve(ctx, "suzuki", d.Order.UID, "")
	if err != nil || o.State != event.OrderApproved || !o.Expires.Equal(clock.Add(8*time.Hour)) || r.hands.kicks != 1 {
		t.Fatalf("%v %+v", err, o)
	}
	if _, err := open(t, m, nil).Approve(ctx, "suzuki", o.UID, ""); err == nil {
		t.Error("an order is approved once")
	}
}

func TestNightAnswersWhatTheDayLeftOpen(t *testing.T) {
	clock = time.Date(2026, 11, 20, 17, 10, 0, 0, JST)
	r := open(t, newMemory(), nil)
	inc := casefile(1, 9)
	d := r.consider(t, inc)
	clock = clock.Add(10 * time.Minute)
	inc.Device.LastSeen = clock
	if d2 := r.consider(t, inc); d2.Order == nil || d2.Order.UID != d.Order.UID || d2.Order.State != event.OrderApproved {
		t.Errorf("%+v", d2)
	}
}

func TestGraceAfterRelease(t *testing.T) {
	ctx := context.Background()
	clock = saturday
	r := open(t, newMemory(), nil)
	d := r.consider(t, casefile(1, 9))
	if _, err := r.Release(ctx, "sato", d.Order.UID, "再起動で直った"); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(time.Hour)
	if d := r.consider(t, casefile(1, 10)); d.Order != nil {
		t.Error("within the grace nothing automatic")
	}
	clock = clock.Add(90 * time.Minute)
	if d := r.consider(t, casefile(1, 10)); d.Order == nil {
		t.Errorf("after the grace: %s", d.Why.EN)
	}
}

func TestUnansweredProposalsLapse(t *testing.T) {
	clock = friday
	r := open(t, newMemory(), nil)
	d := r.consider(t, casefile(1, 9))
	clock = clock.Add(13 * time.Hour)
	if err := r.Lapse(context.Background()); err != nil {
		t.Fatal(err)
	}
	if o := r.ledger.orders[d.Order.UID]; o.State != event.OrderExpired {
		t.Errorf("%s", o.State)
	}
}

func TestTwoPeople(t *testing.T) {
	ctx := context.Background()
	clock = friday
	r := open(t, newMemory(), func(c *Config) { c.TwoPeople = true })
	o, err := r.Isolate(ctx, "sato", pc(1), "", time.Hour, "漏えいの疑い")
	if err != nil || o.State != event.OrderAwaitingApproval {
		t.Fatal(err, o.State)
	}
	if _, err := r.Approve(ctx, "sato", o.UID, ""); err == nil {
		t.Error("the same person approved")
	}
	if o, err = r.Approve(ctx, "suzuki", o.UID, ""); err != nil || o.State != event.OrderApproved {
		t.Error(err, o.State)
	}
}

func TestPreviewTellsAndDoesNothing(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	p, err := r.Preview(context.Background(), pc(1), 9, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Allowed || p.Mode != event.ModeAuto || p.Hours != HoursHoliday || !p.Rehearsal || len(p.IPs) != 3 || len(p.Commands["none"]) != 1 {
		t.Errorf("%+v", p)
	}
	if p.IPs[2] != netip.MustParseAddr("fe80::ff:fe00:1") {
		t.Errorf("link-local of the MAC: %s", p.IPs[2])
	}
	d := pc(2)
	d.Roles = []string{"dc"}
	if p, _ = r.Preview(context.Background(), d, 9, 0); p.Allowed {
		t.Error("a domain controller is allowed")
	}
	if len(r.ledger.orders) != 0 || len(r.ledger.audits) != 0 {
		t.Error("a preview leaves traces")
	}
}
