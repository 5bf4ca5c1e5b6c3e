package decide

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

func TestPolicyByHour(t *testing.T) {
	for _, c := range []struct {
		at       time.Time
		severity int
		want     event.OrderState
	}{
		{friday, 8, event.OrderAwaitingApproval}, {saturday, 9, event.OrderApproved},
		{saturday, 7, ""}, {time.Date(2026, 11, 23, 10, 0, 0, 0, japan.JST), 10, event.OrderApproved},
	} {
		clock = c.at
		r := open(t, newMemory(), nil)
		d := r.consider(t, casefile(1, c.severity))
		got := event.OrderState("")
		if d.Order != nil {
			got = d.Order.State
		}
		if got != c.want || (r.hands.kicks == 1) != (c.want == event.OrderApproved) || len(r.ledger.audits) != 1+min(len(c.want), 1) {
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
	clock = time.Date(2026, 11, 20, 17, 10, 0, 0, japan.JST)
	r := open(t, newMemory(), nil)
	inc := casefile(1, 9)
	d := r.consider(t, inc)
	clock = clock.Add(10 * time.Minute)
	inc.Device.LastSeen = clock
	if d2 := r.consider(t, inc); d2.Order == nil || d2.Order.UID != d.Order.UID || d2.Order.State != event.OrderApproved {
		t.Errorf("%+v", d2)
	}
}

func TestWhatStaysOpenIsAnsweredWithoutNews(t *testing.T) {
	clock = time.Date(2026, 11, 20, 17, 10, 0, 0, japan.JST)
	r := open(t, newMemory(), nil)
	inc := casefile(1, 9)
	d := r.consider(t, inc)
	r.Incident = func(context.Context, string) (event.Incident, error) { return inc, nil }
	r.Device = func(context.Context, string) (event.Device, error) { return pc(1), nil } // as known now
	for _, minutes := range []time.Duration{1, 10} {
		clock = clock.Add(minutes * time.Minute)
		if err := r.Reconsider(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if o := r.ledger.orders[d.Order.UID]; o.State != event.OrderApproved || o.Approved != "policy" {
		t.Errorf("at 17:21 it is %s", o.State)
	}
}

func TestAGuardIsAskedAgain(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	inc := casefile(1, 9)
	inc.Device.LastSeen = clock.Add(-5 * time.Hour)
	if d := r.consider(t, inc); d.Order.State != event.OrderDenied {
		t.Fatalf("%+v", d)
	}
	inc.Device.LastSeen = clock // the machine was seen again
	if d := r.consider(t, inc); d.Order == nil || d.Order.State != event.OrderApproved {
		t.Errorf("%+v", d)
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
	if last := p.Steps[len(p.Steps)-1]; last.EN != "neighbours still reach it" {
		t.Errorf("what it cannot do is not said: %s", last.EN)
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
