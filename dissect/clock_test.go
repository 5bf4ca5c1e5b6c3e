package dissect

import (
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

// at is when flows ended, in seconds since the cable's first packet.
func (w *cable) at(start time.Duration) (out []int) {
	for _, e := range w.events {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
			out = append(out, int((time.Duration(n.Time.UnixNano())-start).Round(time.Second)/time.Second))
		}
	}
	return out
}

func TestTimeouts(t *testing.T) {
	for _, c := range []struct {
		name string
		send func(*cable)
		want int // seconds
	}{
		{"attempt", func(w *cable) { w.tcp(web, ">S 0") }, 10},
		{"established", func(w *cable) { w.tcp(web, ">S 0", "<SA 0", ">A 1") }, 900},
		{"half closed", func(w *cable) { w.tcp(web, ">S 0", "<SA 0", ">FA 1") }, 120},
		{"udp", func(w *cable) {
			w.send(ipv4(client, server, layers.IPProtocolUDP), &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload("x"))
		}, 60},
		{"icmp", func(w *cable) {
			w.send(ipv4(client, server, layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0)})
		}, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t)
			start := w.now
			c.send(w)
			for s := 1; s <= c.want+1; s++ {
				if s == c.want && len(w.at(start)) > 0 {
					t.Fatal("ended before its time-out")
				}
				w.a.Advance(time.Unix(0, int64(start)).Add(time.Duration(s) * time.Second))
			}
			if got := w.at(start); len(got) != 1 || got[0] != c.want {
				t.Errorf("ended at %v s, want %d", got, c.want)
			}
		})
	}
}

// TestClockJumps lets the clock leap over years and back: each flow still has one end, and none is kept for ever.
func TestClockJumps(t *testing.T) {
	w := newWire(t)
	year := 365 * 24 * time.Hour
	for i, to := range []time.Duration{10 * year, 3 * year, 40 * year, time.Minute, 40 * year, 2 * time.Minute} {
		w.now = to
		w.tcp([2]uint16{uint16(1000 + i), 80}, ">S 0", "<SA 0", ">A 1 x")
	}
	if w.now += 20 * time.Minute; w.a.table.n > 6 {
		t.Errorf("%d flows", w.a.table.n)
	}
	w.tcp([2]uint16{2000, 80}, ">S 0")
	for range 4 { // an hour of silence ends whatever the leaps left behind
		w.now += 15 * time.Minute
		w.a.Advance(time.Unix(0, int64(w.now)))
	}
	if w.a.table.n != 0 {
		t.Errorf("%d flows are left after an hour of silence", w.a.table.n)
	}
	for _, e := range w.events {
		if n := e.(*event.NetworkActivity); n.End.Before(n.Start) || n.Time.Before(n.Start) && n.Activity.Ended() {
			t.Errorf("%v – %v at %v", n.Start, n.End, n.Time)
		}
	}
}

// TestEviction opens more flows than there is room for; those that nobody answers get a part of it only.
func TestEviction(t *testing.T) {
	for want, segments := range map[uint64][]string{1024: {">S 0", "<SA 0"}, 1024 / aloneShare: {">S 0"}} {
		w := newWire(t)
		for i := range 3000 {
			w.tcp([2]uint16{uint16(i + 1), 80}, segments...)
		}
		w.a.Advance(time.Unix(0, int64(w.now)))
		if s := w.a.Stats(); s.FlowsOpen != want || s.Evicted != 3000-want || s.Flows != 3000 {
			t.Errorf("%+v", s)
		}
		if got := w.ends(); len(got) != 3000 {
			t.Errorf("%d ends", len(got))
		}
	}
}
