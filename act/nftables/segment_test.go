package nftables

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

// A zone is cut from the others, machines that nobody knows included, while what is allowed still works; the other zone keeps talking, and the release leaves
// everything as it was.
func TestASegmentIsCutFromTheOthers(t *testing.T) {
	w := newTown(t, false)
	w.Echo(srv.ns, srv.v4, srv.v6)
	before := w.ruleset(t)
	d := quietDeps()
	d.Allow = []act.Allow{{IP: srv.v4, Port: 7000}}
	h := w.open(t, d)
	ledger := acttest.NewLedger()
	m, err := act.NewManager(act.DefaultConfig(), act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Hands: []act.Hand{h}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	ctx := context.Background()
	o := event.Order{Header: event.Header{UID: "iso-zone", Time: time.Now()}, State: event.OrderApproved, Segment: "zone a",
		Nets:    []netip.Prefix{netip.MustParsePrefix("10.77.1.0/24"), netip.MustParsePrefix("fd77:1::/64")}, // nobody knows the PC in it
		Expires: time.Now().Add(time.Hour), History: []event.Transition{{To: event.OrderApproved}}}
	if err := ledger.PutOrder(ctx, o); err != nil {
		t.Fatal(err)
	}
	six := w.talk(t, pcA, pcA.v6, srv.v6)
	m.Kick()
	if err := m.Step(ctx); err != nil {
		t.Fatal(err)
	}
	if got := ledger.Kept["iso-zone"].State; got != event.OrderApplied {
		t.Fatal(got)
	}
	if six(600 * time.Millisecond) {
		t.Error("a session of the segment still works")
	}
	if !w.talk(t, pcA, pcA.v4, srv.v4)(5 * time.Second) {
		t.Error("what is allowed does not work")
	}
	if !w.talk(t, pcB, pcB.v6, srv.v6)(5 * time.Second) {
		t.Error("the other zone is cut off too")
	}
	if _, err := m.Release(ctx, "iso-zone", "sato", event.Text{JA: "復旧"}); err != nil {
		t.Fatal(err)
	}
	if after := w.ruleset(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}
