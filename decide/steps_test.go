package decide

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

func statesOf(o event.Order) (out []event.OrderState) {
	for _, h := range o.History {
		out = append(out, h.To)
	}
	return out
}

// Every order is rehearsed before it waits or is approved: what each enforcer would be sent stands with it.
func TestEveryOrderIsRehearsedFirst(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), nil)
	o := r.consider(t, casefile(1, 9)).Order
	if !slices.Equal(statesOf(*o), []event.OrderState{event.OrderRehearsed, event.OrderApproved}) {
		t.Errorf("%v", statesOf(*o))
	}
	if len(o.Receipts) != 1 || o.Receipts[0].Op != "plan" || !slices.Equal(o.Receipts[0].Commands, []string{"would cut"}) {
		t.Errorf("%+v", o.Receipts)
	}
}

// A crash between the steps leaves nothing unknown: a person is asked.
func TestWhatACrashLeftIsTakenUp(t *testing.T) {
	clock = saturday
	m := newMemory()
	for uid, o := range map[string]event.Order{
		"iso-a": {State: event.OrderRehearsed, Mode: event.ModeAuto}, "iso-b": {State: event.OrderProposed, Mode: event.ModeApprove},
		"iso-c": {State: event.OrderRehearsed, Mode: event.ModeObserve},
	} {
		o.UID = uid
		m.orders[uid] = o
	}
	r := open(t, m, nil)
	if err := r.Resume(context.Background()); err != nil {
		t.Fatal(err)
	}
	for uid, want := range map[string]event.OrderState{"iso-a": event.OrderAwaitingApproval, "iso-b": event.OrderAwaitingApproval, "iso-c": event.OrderObserved} {
		if got := m.orders[uid].State; got != want {
			t.Errorf("%s: %s, want %s", uid, got, want)
		}
	}
}

// A server takes two people, whoever asks first; the same person, at the terminal or not, never counts twice, and a
// restart between the two loses nothing.
func TestAServerTakesTwoPeople(t *testing.T) {
	clock = saturday
	ctx := context.Background()
	m := newMemory()
	r := open(t, m, nil)
	inc := casefile(1, 10)
	inc.Device.Roles = []string{"サーバー"}
	d := r.consider(t, inc)
	if d.Order.State != event.OrderAwaitingApproval || !strings.Contains(d.Why.EN, "two people") {
		t.Fatalf("%s: %s", d.Order.State, d.Why.EN)
	}
	o, err := r.Approve(ctx, "sato", d.Order.UID, "電話で確認")
	if err != nil || o.State != event.OrderAwaitingApproval || !o.TwoPeople || len(o.Approvals) != 1 || r.hands.kicks != 0 {
		t.Fatalf("%s %v %+v", o.State, err, o.Approvals)
	}
	r = open(t, m, nil) // restarted
	var no *Refusal
	if _, err = r.Approve(ctx, "Sato@terminal", o.UID, ""); !errors.As(err, &no) || no.Guard != "two_people" {
		t.Errorf("the same person twice: %v", err)
	}
	if last := m.audits[len(m.audits)-1]; last.Action != "refused" || last.Who != "Sato@terminal" {
		t.Errorf("the refusal is not in the ledger: %+v", last)
	}
	o, err = r.Approve(ctx, "suzuki", o.UID, "")
	if err != nil || o.State != event.OrderApproved || o.Approved != "sato, suzuki" || r.hands.kicks != 1 {
		t.Errorf("%s %v by %q, %d kicks", o.State, err, o.Approved, r.hands.kicks)
	}

	other := casefile(2, 10).Device
	other.Roles = []string{"server"}
	o, err = r.Isolate(ctx, "sato", other, "", 0, "不審")
	if err != nil || o.State != event.OrderAwaitingApproval || len(o.Approvals) != 1 {
		t.Errorf("asked for: %s %v", o.State, err)
	}
	if _, err := r.Approve(ctx, "sato", o.UID, ""); !errors.As(err, &no) {
		t.Errorf("who asked approved too: %v", err)
	}
}

// An entry that is added lifts what stands against it, denies what waits, holds at once and outlives a restart.
func TestAddingToNeverLiftsWhatStands(t *testing.T) {
	clock = saturday
	ctx := context.Background()
	m := newMemory()
	r := open(t, m, nil)
	first, second := r.consider(t, casefile(1, 9)).Order, r.consider(t, casefile(2, 9)).Order
	clock = friday.AddDate(0, 0, 7)
	waits := r.consider(t, casefile(3, 9)).Order
	o := m.orders[first.UID]
	o.State = event.OrderVerified
	m.orders[first.UID] = o
	lifted, err := r.AddNever(ctx, "sato", NeverEntry{CIDR: "10.1.2.1/32", Reason: "臨時の防災端末"})
	if err != nil || len(lifted) != 1 || !slices.Equal(r.hands.released, []string{first.UID}) {
		t.Fatalf("%v %v %v", lifted, err, r.hands.released)
	}
	if _, err := r.AddNever(ctx, "sato", NeverEntry{Host: "PC-3", Reason: "窓口"}); err != nil || m.orders[waits.UID].State != event.OrderDenied {
		t.Errorf("%v, what waited is %s", err, m.orders[waits.UID].State)
	}
	r = open(t, m, nil) // restarted
	if _, hit := r.Protected(nil, event.MAC{}, "pc-3.town.example", nil); !hit {
		t.Error("the entry did not outlive the restart")
	}
	var no *Refusal
	if _, err := r.Isolate(ctx, "sato", pc(3), "", 0, "念のため"); !errors.As(err, &no) || no.Guard != "never" {
		t.Errorf("isolated in spite of the entry: %v", err)
	}
	if err := r.DropNever(ctx, "sato", NeverEntry{Host: "PC-3"}); err != nil {
		t.Error(err)
	}
	if _, hit := r.Protected(nil, event.MAC{}, "pc-3", nil); hit {
		t.Error("dropped, but it still holds")
	}
	if _, err := r.AddNever(ctx, "sato", NeverEntry{IP: "10.0.0.0/8"}); err == nil {
		t.Error("a broken entry was added")
	}
	if m.orders[second.UID].State != event.OrderApproved {
		t.Errorf("another order was touched: %s", m.orders[second.UID].State)
	}
}

func TestAnEntryOfTheListEndsByItself(t *testing.T) {
	ctx := context.Background()
	clock = friday
	m := newMemory()
	r := open(t, m, nil)
	if _, err := r.AddNever(ctx, "sato", NeverEntry{Host: "PC-3", Reason: "選挙の期間", Owner: "総務課", Expires: friday.AddDate(0, 0, 3)}); err != nil {
		t.Fatal(err)
	}
	for _, e := range []NeverEntry{{Role: "dns", Reason: "短い言葉", Expires: friday.AddDate(0, 0, 1)}, {MAC: "02:00:00:00:00:09", Reason: "医療"}} {
		if _, err := r.AddNever(ctx, "suzuki", e); err != nil {
			t.Fatal(err)
		}
	}
	_, added, err := r.Nevers(ctx)
	if err != nil || len(added) != 3 || added[0].By != "sato" || !added[0].Added.Equal(friday) || added[0].Owner != "総務課" {
		t.Fatalf("%+v %v", added, err)
	}
	protected := func() (host, role bool) {
		_, host = r.Protected(nil, event.MAC{}, "pc-3", nil)
		_, role = r.Protected(nil, event.MAC{}, "", []string{"dns"})
		return host, role
	}
	if host, role := protected(); !host || !role {
		t.Errorf("before its end: host %v, role %v", host, role)
	}
	clock = friday.AddDate(0, 0, 3)
	if host, role := protected(); host || !role {
		t.Errorf("at its end: host %v; a short word must not end what is protected by its role: %v", host, role)
	}
	if _, err := r.AddNever(ctx, "sato", NeverEntry{Host: "PC-4", Reason: "x", Expires: friday}); err == nil {
		t.Error("an entry that is over was added")
	}
	if _, err := r.AddNever(ctx, "sato", NeverEntry{Host: "PC-3", Reason: "延長"}); err != nil {
		t.Fatal(err)
	}
	if _, added, _ = r.Nevers(ctx); len(added) != 3 {
		t.Errorf("the newest word of the same thing holds: %+v", added)
	}
}

func TestTheCapOfTheTown(t *testing.T) {
	clock = saturday
	r := open(t, newMemory(), func(c *Config) { c.Caps.Total = 3 })
	for n := 1; n <= 3; n++ {
		r.consider(t, casefile(n, 9))
	}
	if d := r.consider(t, casefile(4, 9)); d.Order.State != event.OrderAwaitingApproval || !strings.Contains(d.Why.EN, "whole town") {
		t.Errorf("%s: %s", d.Order.State, d.Why.EN)
	}
}
