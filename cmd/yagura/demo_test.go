package main

import (
	"io"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/captures"
	"github.com/yagura-project/yagura/lab/hall"
)

// The kernel keeps the time: an isolation ends when it should although Yagura is dead.
func TestIsolationEndsByItselfWithoutYagura(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a town hall")
	}
	town := newTownHall(t, "yge-")
	town.start()
	for _, pc := range []hall.Host{hall.Soumu, hall.Zeimu} {
		if err := town.hall.SwitchOn(t.Context(), pc); err != nil {
			t.Fatal(err)
		}
	}
	victim4, victim6 := town.ping(hall.Soumu, hall.Web), town.ping(hall.Soumu, hall.Web6)
	town.until("the PC talks", func() bool { return !silent(victim4) && !silent(victim6) })
	if out, err := town.yagura("isolate", town.hall.Node(hall.Soumu).Name, "--reason", "試験", "--for", "10s"); err != nil {
		t.Fatalf("isolate: %v\n%s", err, out)
	}
	var order event.Order
	town.until("the isolation is verified", func() bool {
		o := town.order()
		if o != nil {
			order = *o
		}
		return order.State == event.OrderVerified
	})
	town.kill()
	town.until("the PC talks again", func() bool { return !silent(victim4) && !silent(victim6) })
	if early := order.Expires.Sub(victim4.Last()); early > 0 {
		t.Errorf("the isolation ended %s too early", early)
	}
	town.start()
	if o := town.order(); o != nil && o.State.Standing() {
		t.Errorf("after the restart the expired order stands again: %s", o.State)
	}
}

// The recording is dated so that its last packet comes now, and its intervals stay as they were.
func TestPacedKeepsTheIntervals(t *testing.T) {
	read := func(s capture.Source) (all []int64) {
		var p capture.Packet
		for {
			if err := s.Next(&p); err == io.EOF {
				return all
			} else if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.Nanos)
		}
	}
	_, length, err := spanOf(captures.Breach)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := openRecorded(captures.Breach)
	if err != nil {
		t.Fatal(err)
	}
	want := read(plain)
	again, err := openRecorded(captures.Breach)
	if err != nil {
		t.Fatal(err)
	}
	source := paced(again, length, 1)
	clock := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	source.now = func() time.Time { clock = clock.Add(time.Second); return clock } // always late: no waiting
	got := read(source)
	if len(got) != len(want) {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i]-got[0] != want[i]-want[0] {
			t.Fatalf("packet %d comes %d ns after the first, want %d", i, got[i]-got[0], want[i]-want[0])
		}
	}
	if begun := time.Date(2030, 1, 1, 0, 0, 1, 0, time.UTC); got[len(got)-1] != begun.Add(length).UnixNano() {
		t.Errorf("the last packet is dated %v, want %v", time.Unix(0, got[len(got)-1]).UTC(), begun.Add(length))
	}
}

func TestCountersDoNotMakeARulesetDiffer(t *testing.T) {
	a := "chain x { counter packets 5 bytes 400 drop }"
	if b := "chain x { counter packets 77 bytes 9000 drop }"; withoutCounters(a) != withoutCounters(b) {
		t.Errorf("%q and %q differ", withoutCounters(a), withoutCounters(b))
	}
	if b := "chain x { counter packets 5 bytes 400 accept }"; withoutCounters(a) == withoutCounters(b) {
		t.Error("another verdict is taken for the same")
	}
}
