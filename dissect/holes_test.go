package dissect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect/reassembly"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

var echoPorts = [2]uint16{40000, 7}

// heardWithin is what the parser was given, in the time that passes while another flow speaks.
func (w *cable) heardWithin(d time.Duration) (out []string) {
	for end := w.now + d; w.now < end; w.now += 100 * time.Millisecond {
		w.tcp([2]uint16{40001, 80}, ">A 1 x")
	}
	for _, e := range w.events {
		if s, ok := e.(*event.SMBActivity); ok {
			out = append(out, s.Command)
		}
	}
	return out
}

// TestHoles loses bytes and waits: what stands behind them is read when it is clear that they do not come, and not before.
func TestHoles(t *testing.T) {
	both := []string{">S 0", "<SA 0", ">A 1 ask"}
	for _, c := range []struct {
		name     string
		segments []string
		soon     []string // within two seconds
		later    []string // within eight
	}{
		{"the receiver has it", append(both[:3:3], "<A 10 behind", ">A 4"), []string{"orig ask", "gap 9", "resp behind"}, []string{"orig ask", "gap 9", "resp behind"}},
		{"of two holes, too", append(both[:3:3], "<A 10 behind", "<A 20 it", ">A 4"), []string{"orig ask", "gap 9", "resp behind", "gap 4", "resp it"},
			[]string{"orig ask", "gap 9", "resp behind", "gap 4", "resp it"}},
		{"the receiver waits", append(both[:3:3], "<A 10 behind"), []string{"orig ask"}, []string{"orig ask"}},
		{"nobody hears the receiver", []string{">S 0", ">A 10 behind"}, nil, []string{"gap 1", "orig behind"}},
	} {
		w := newWire(t, echoProtocol)
		w.tcp(echoPorts, c.segments...)
		if diff := cmp.Diff(c.soon, w.heardWithin(2*time.Second)); diff != "" {
			t.Errorf("%s, soon: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.later, w.heardWithin(6*time.Second)); diff != "" {
			t.Errorf("%s, later: %s", c.name, diff)
		}
	}
	w := newWire(t, echoProtocol)
	w.tcp(echoPorts, append(both[:3:3], "<A 4 behind")...)
	w.heardWithin(time.Minute) // the receiver waits as long
	w.tcp(echoPorts, "<A 1 now")
	if diff := cmp.Diff([]string{"orig ask", "resp now", "resp behind", "close"}, w.said()); diff != "" {
		t.Error(diff)
	}
}

// settled counts the calls that come without a packet.
type settled struct {
	rules
	at []int64
}

func (s *settled) Settle(_ *wire.Flow, at int64) { s.at = append(s.at, at) }

// TestSettle has rules look at what was read when nothing else came.
func TestSettle(t *testing.T) {
	w, s := newWire(t), &settled{}
	w.a.Inspect(s)
	for _, x := range and(hello, seg{from: Resp, flags: ack, seq: 10, ack: 1, data: "behind"}, seg{from: Orig, flags: ack, seq: 1, ack: 16}) {
		w.now += time.Millisecond
		w.a.Packet(&capture.Packet{Nanos: int64(w.now), Data: x.bytes(), OrigLen: len(x.bytes()), Link: capture.LinkRaw})
	}
	sent := w.now
	w.heardWithin(3 * time.Second)
	if len(s.at) != 1 || s.at[0] < int64(sent+time.Second) || s.at[0] > int64(sent+2*time.Second) {
		t.Errorf("looked at %d, sent at %d", s.at, sent)
	}
	if got := s.said[Resp].String(); got != "[9]behind" {
		t.Errorf("%q was shown", got)
	}
}

// TestShare fills the room for what waits, by many who hold little and by few who hold much: who needs a little of it for a moment has it.
func TestShare(t *testing.T) {
	for name, c := range map[string]struct{ flows, segments, size int }{
		"many flows": {4000, 1, 1}, "few flows": {10, 500, 1400},
	} {
		w := newWire(t, echoProtocol)
		w.a.cfg.MaxFlows = 1 << 14
		w.a.pool = reassembly.NewPool(1 << 20)
		for i := range c.flows {
			for j := range c.segments {
				w.tcp([2]uint16{uint16(50000 + i), 80}, ">A 1 x", fmt.Sprintf(">A %d %s", 10000+j*c.size, strings.Repeat("x", c.size)))
			}
		}
		if n := w.a.pool.Used(); n > 1024 || n < 400 {
			t.Fatalf("%s: %d buffers hold something", name, n)
		}
		w.tcp(echoPorts, ">S 0", "<SA 0", ">A 4 two", ">A 7 three", ">A 12 four", ">A 1 one")
		w.tcp([2]uint16{40001, 80}, ">A 1 x", ">A 90 x")
		got := strings.Join(w.heardWithin(0), " ")
		if want := "orig one orig two orig three orig four"; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if w.a.stats.Evicted == 0 {
			t.Errorf("%s: nobody gave way", name)
		}
		w.a.Close()
		if w.a.pool.Used() != 0 {
			t.Errorf("%s: %d buffers are left", name, w.a.pool.Used())
		}
	}
}

// TestPendingShare lets some flows say the beginnings of long messages: others' messages that come in two pieces are read all the same.
func TestPendingShare(t *testing.T) {
	w := newWire(t, echoProtocol)
	w.a.cfg.BufferBytes = 1 << 20
	long := "wait" + strings.Repeat("x", 17<<10)
	for i := range uint16(100) {
		w.tcp([2]uint16{50000 + i, 7}, ">S 0", "<SA 0", ">A 1 "+long)
	}
	if w.a.held < 1<<18 || w.a.held > 1<<20 {
		t.Fatalf("%d bytes are held", w.a.held)
	}
	before := w.a.stats.Unparsed
	for i := range uint16(12) {
		w.tcp([2]uint16{40000 + i, 7}, ">S 0", "<SA 0", ">A 1 wait"+strings.Repeat("x", 2<<10), fmt.Sprintf(">A %d more", 5+2<<10))
	}
	if w.a.stats.Unparsed != before || w.a.stats.Evicted == 0 {
		t.Errorf("%d flows given up, %d before; %d evicted", w.a.stats.Unparsed, before, w.a.stats.Evicted)
	}
}
