package openflow

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
)

func mustApply(t *testing.T, h *hand, target act.Target) {
	t.Helper()
	if _, err := h.Apply(context.Background(), target); err != nil {
		t.Fatal(err)
	}
}

func mustUndo(t *testing.T, h *hand, target act.Target) {
	t.Helper()
	if _, err := h.Undo(context.Background(), target); err != nil {
		t.Fatal(err)
	}
}

func (w *town) isolated(t *testing.T, what string, m machineIn) {
	t.Helper()
	w.becomes(t, what, m, m.v4, srv, 7000, false)
	w.becomes(t, what, m, m.v6, srv, 7000, false)
}

func (w *town) free(t *testing.T, what string, m machineIn) {
	t.Helper()
	w.becomes(t, what, m, m.v4, srv, 7000, true)
	w.becomes(t, what, m, m.v6, srv, 7000, true)
}

// A switch that is restarted has forgotten everything; with the conversation it gets it back, without anybody asking.
func TestRestartedSwitchIsToldAgain(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	before := w.foreign(t)
	h := w.open(t, w.config(), quiet())
	target := w.target("iso-1", pcA)
	mustApply(t, h, target)
	w.isolated(t, "isolated", pcA)
	w.restartSwitch()
	began := time.Now()
	w.until("the isolation on the restarted switch", func() bool { return strings.Contains(w.flows(), "nw_src="+pcA.v4.String()) })
	t.Attr("figure", fmt.Sprintf("told again %v after the restart", time.Since(began).Round(time.Millisecond)))
	w.isolated(t, "isolated again", pcA)
	w.free(t, "the neighbour, by the switch's own NORMAL flow", pcB)
	mustUndo(t, h, target)
	w.free(t, "released", pcA)
	if after := w.foreign(t); after != before {
		t.Errorf("--- before\n%s\n--- after\n%s", before, after)
	}
}

// Without Yagura everything goes on: traffic flows, isolations stay, and the switch ends them by itself.
func TestWithoutYagura(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	before := w.foreign(t)
	h := w.open(t, w.config(), quiet())
	target := w.target("iso-1", pcA)
	target.Until = time.Now().Add(8 * time.Second)
	mustApply(t, h, target)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	w.isolated(t, "Yagura is gone", pcA)
	w.free(t, "Yagura is gone", pcB)
	w.until("the end by the switch's own clock", func() bool { return w.foreign(t) == before })
	w.free(t, "over", pcA)
}

// What the switch ends by itself, it tells.
func TestFlowRemovedIsSeen(t *testing.T) {
	w := newTown(t, pcA)
	h := w.open(t, w.config(), quiet())
	target := w.target("iso-1", pcA)
	target.Until = time.Now().Add(2 * time.Second)
	mustApply(t, h, target)
	w.until("as many messages as flows", func() bool { return h.removed.Load() == 6 })
}

// A release that the switch was not there to hear is done when it is back, and is not put back by then.
func TestReleaseWhileTheSwitchIsAway(t *testing.T) {
	w := newTown(t, pcA, pcB, srv)
	w.echoes(srv, 7000)
	h := w.open(t, w.config(), quiet())
	target := w.target("iso-1", pcA)
	mustApply(t, h, target)
	proxy := w.cutControl(t, h)
	if _, err := h.Undo(context.Background(), target); err == nil || !strings.Contains(err.Error(), "openflow") {
		t.Fatalf("the switch is away, but: %v", err)
	}
	if _, err := h.List(context.Background()); err == nil {
		t.Error("the switch is away, but it was read")
	}
	late := target
	late.Until = time.Now().Add(-time.Hour)
	if _, err := h.Apply(context.Background(), target); err == nil {
		t.Error("the switch is away, but it was told")
	}
	proxy()
	w.isolated(t, "nobody has released it", pcA)
	w.until("release", func() bool { _, err := h.Undo(context.Background(), target); return err == nil })
	w.free(t, "released", pcA)
	if strings.Contains(w.flows(), "cookie=0x5941") {
		t.Errorf("left behind:\n%s", w.flows())
	}
}

// cutControl takes the way to the switch away until back is called; the switch itself runs on.
func (w *town) cutControl(t *testing.T, h *hand) (back func()) {
	t.Helper()
	s := h.stations[0]
	s.mu.Lock()
	l := s.link
	s.mu.Unlock()
	w.Run("mv", w.dir+"/br0.mgmt", w.dir+"/br0.away")
	l.end(errors.New("cut"))
	w.until("the loss is noticed", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.why != nil })
	return func() {
		w.Run("mv", w.dir+"/br0.away", w.dir+"/br0.mgmt")
		w.until("conversation", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.link != nil })
	}
}

// After a restart Yagura knows what it had applied, and a switch that lost it meanwhile gets it back at once.
func TestRestartOfBoth(t *testing.T) {
	w := newTown(t, pcA, srv)
	w.echoes(srv, 7000)
	d := quiet()
	d.Dir = t.TempDir()
	h := w.open(t, w.config(), d)
	mustApply(t, h, w.target("iso-1", pcA))
	mustApply(t, h, w.target("iso-2", srv))
	mustUndo(t, h, w.target("iso-2", srv))
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	w.restartSwitch()
	w.free(t, "lost", pcA)
	w.open(t, w.config(), d)
	w.until("the isolation", func() bool { return strings.Contains(w.flows(), "nw_src="+pcA.v4.String()) })
	if strings.Contains(w.flows(), "nw_src="+srv.v4.String()) {
		t.Error("what had been released is back")
	}
	w.isolated(t, "put back", pcA)
}

// An order of more than 18 hours is longer than the protocol can say: the switch is told the most, the rest is kept.
func TestOrderLongerThanTheProtocolCanSay(t *testing.T) {
	w := newTown(t, pcA)
	h := w.open(t, w.config(), quiet())
	target := w.target("iso-1", pcA)
	target.Until = time.Now().Add(72 * time.Hour)
	mustApply(t, h, target)
	if !strings.Contains(w.flows(), "hard_timeout=65535") {
		t.Error(w.flows())
	}
	list, err := h.List(context.Background())
	if err != nil || len(list) != 1 || list[0].Left < 71*time.Hour || list[0].Left > 72*time.Hour {
		t.Errorf("%+v %v", list, err)
	}
	if r, err := h.Apply(context.Background(), target); err != nil || len(r.Commands) != 0 {
		t.Errorf("%q %v", r.Commands, err)
	}
	target.Until = target.Until.Add(time.Hour) // a later end is told even though the timeout is the same
	if r, err := h.Apply(context.Background(), target); err != nil || len(r.Commands) == 0 {
		t.Errorf("%q %v", r.Commands, err)
	}
}

// One switch of two is away: the other is told, that is said, and the first is told when it comes back.
func TestTwoSwitches(t *testing.T) {
	w := newTown(t, pcA, pcB)
	w.vsctl("add-br", "br1", "--", "set", "bridge", "br1", "datapath_type=netdev", "protocols=OpenFlow13", "other-config:datapath-id=00000000000000b1")
	w.vsctl("add-port", "br0", "up", "--", "set", "interface", "up", "type=patch", "options:peer=down",
		"--", "add-port", "br1", "down", "--", "set", "interface", "down", "type=patch", "options:peer=up")
	w.Space(srv.ns)
	w.cable(srv, "br1")
	w.echoes(srv, 7000)
	c := w.config()
	c.Switches[0].Uplinks, c.Switches[0].Datapath = []string{"up"}, "00000000000000b0"
	c.Switches = append(c.Switches, Switch{Name: "4F", Address: "unix:" + w.dir + "/br1.mgmt", Uplinks: []string{"down"}, Datapath: "b1"})
	h := w.open(t, c, quiet())
	back := w.cutControl(t, h)
	target := w.target("iso-1", pcA)
	r, err := h.Apply(context.Background(), target)
	if err != nil || !strings.Contains(r.Detail, "3F cannot be reached") {
		t.Fatalf("%q %v", r.Detail, err)
	}
	w.isolated(t, "at the other switch", pcA)
	mustUndo(t, h, target) // the absent one never had it
	mustApply(t, h, target)
	back()
	w.until("told later", func() bool { return strings.Contains(w.flows(), "nw_src="+pcA.v4.String()) })
	list, err := h.List(context.Background())
	if err != nil || len(list) != 1 || len(list[0].Nets) != 2 {
		t.Errorf("%+v %v", list, err)
	}
	mustUndo(t, h, target)
	w.free(t, "released", pcA)
	w.Run("ovs-ofctl", "-O", "OpenFlow13", "del-flows", "unix:"+w.dir+"/br1.mgmt", ours)
	mustApply(t, h, target)
	w.Run("ovs-ofctl", "-O", "OpenFlow13", "del-flows", "unix:"+w.dir+"/br1.mgmt", ours)
	if list, err := h.List(context.Background()); err != nil || len(list) != 1 || len(list[0].Nets) != 0 {
		t.Errorf("one of two has lost it, but: %+v %v", list, err)
	}
	mustUndo(t, h, target)
}

// Two switches of one datapath id: the second is not spoken to, instead of both being told by turns.
func TestDatapathIDOfTwo(t *testing.T) {
	w := newTown(t, pcA)
	c := w.config()
	h := w.open(t, c, quiet())
	s := &station{Switch: Switch{Name: "twin"}, moved: make(chan struct{}), told: map[uint64]bool{}}
	if err := h.claim(s, 0xb0); err == nil || !strings.Contains(err.Error(), "that of switch 3F too") {
		t.Error(err)
	}
	s.Datapath = "b2"
	if err := h.claim(s, 0xb3); err == nil || !strings.Contains(err.Error(), "the configuration says 00000000000000b2") {
		t.Error(err)
	}
}

// A switch without Open vSwitch's remarks keeps orders too: their names are in Yagura's memory.
func TestSwitchWithoutRemarks(t *testing.T) {
	w := newTown(t, pcA, srv)
	w.echoes(srv, 7000)
	d := quiet()
	d.Dir = t.TempDir()
	plain := func() *hand {
		h := w.open(t, w.config(), d)
		s := h.stations[0]
		s.mu.Lock()
		s.site.remarks = false
		s.mu.Unlock()
		return h
	}
	h := plain()
	target := w.target("iso-1", pcA)
	mustApply(t, h, target)
	if strings.Contains(w.flows(), "note:") {
		t.Error("a remark on a switch that takes none")
	}
	w.isolated(t, "isolated", pcA)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h = plain()
	list, err := h.List(context.Background())
	if err != nil || len(list) != 1 || list[0].Order != "iso-1" || len(list[0].Nets) != 2 || list[0].Left < 59*time.Minute {
		t.Errorf("%+v %v", list, err)
	}
	mustUndo(t, h, target)
	w.free(t, "released", pcA)
}

// A flow of somebody else where Yagura's must stand is neither changed nor passed over in silence.
func TestForeignFlowInTheWay(t *testing.T) {
	w := newTown(t, pcA)
	h := w.open(t, w.config(), quiet())
	target := act.Target{Order: "iso-1", Nets: []netip.Prefix{netip.PrefixFrom(pcA.v4, 32)}, Until: time.Now().Add(time.Hour)}
	for flow, want := range map[string]string{
		fmt.Sprintf("cookie=0x9,priority=65002,ip,nw_src=%s,actions=NORMAL", pcA.v4): "set another priority",
		"cookie=0x9,table=201,priority=7,arp,actions=NORMAL":                         "set table to two that are free",
	} {
		w.ofctl("add-flow", flow)
		before := w.foreign(t)
		_, err := h.Apply(context.Background(), target)
		if err == nil || !strings.Contains(err.Error(), "of another (cookie 0x9)") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", flow, err)
		}
		if w.foreign(t) != before {
			t.Errorf("%s: something was changed", flow)
		}
		w.ofctl("del-flows", "cookie=0x9/-1")
	}
}
