package act

import (
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/event"
)

// drawn is any packet of one conversation, whatever its numbers.
func drawn(t *rapid.T, from bool) event.Sighting {
	p := packet{
		ms: rapid.IntRange(-50, 5000).Draw(t, "ms"), from: from, flags: uint8(rapid.IntRange(0, 63).Draw(t, "flags")),
		proto: rapid.SampledFrom([]event.Proto{event.ProtoTCP, event.ProtoUDP}).Draw(t, "proto"),
		port:  [2]uint16{uint16(rapid.IntRange(0, 65535).Draw(t, "own port")), uint16(rapid.IntRange(0, 65535).Draw(t, "port"))},
		seq:   rapid.Uint32().Draw(t, "seq"), ack: rapid.Uint32().Draw(t, "ack"), payload: rapid.IntRange(0, 1460).Draw(t, "payload"),
	}
	return p.sighting()
}

// Whatever only one side sends, it is no exchange.
func TestOneSideAloneNeverPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWatch(event.Order{IPs: []netip.Addr{machine}})
		w.applied = t0
		from := rapid.Bool().Draw(t, "the machine sends")
		for range rapid.IntRange(1, 40).Draw(t, "packets") {
			s := drawn(t, from)
			side, _ := w.mine(s)
			w.see(side, s)
		}
		if !w.lastPass.IsZero() {
			t.Fatalf("one side alone counts as passing: %v", w.passes)
		}
	})
}

// A TCP session that goes on after the order is always noticed, wherever its numbers begin.
func TestALivingSessionIsAlwaysNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWatch(event.Order{IPs: []netip.Addr{machine}})
		w.applied = t0
		seq, ack := rapid.Uint32().Draw(t, "seq"), rapid.Uint32().Draw(t, "ack")
		ms := rapid.IntRange(-200, 0).Draw(t, "begins")
		for range 4 { // requests and answers; the last two rounds are surely after the order
			ms += rapid.IntRange(100, 300).Draw(t, "pause")
			n, m := rapid.IntRange(1, 1460).Draw(t, "request"), rapid.IntRange(1, 1460).Draw(t, "answer")
			w.see(own, tcp(ms, true, ackFlag, seq, ack, n).sighting())
			seq += uint32(n)
			w.see(peer, tcp(ms+5, false, ackFlag, ack, seq, m).sighting())
			ack += uint32(m)
		}
		if w.lastPass.IsZero() || w.lastPass.Before(t0.Add(100*time.Millisecond)) {
			t.Fatalf("a session that goes on was last noticed at %v", w.lastPass.Sub(t0))
		}
	})
}

const ackFlag = event.FlagACK
