package acttest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
)

// Addrs are the addresses that a machine talks from.
func (m Machine) Addrs() []netip.Addr {
	var out []netip.Addr
	for _, a := range []netip.Addr{m.V4, m.V6} {
		if a.IsValid() {
			out = append(out, a)
		}
	}
	return out
}

// talk is Talk, or a TCP session over Dial: a byte goes out, and the same comes back.
func (s *suite) talk(t *testing.T, from netip.Addr) func(time.Duration) bool {
	t.Helper()
	if s.Dial == nil {
		return s.Talk(t, from)
	}
	c := s.Dial(t, "tcp", from)
	t.Cleanup(func() { _ = c.Close() })
	return Answers(c)
}

// Answers tells of an echo's TCP session whether it works: a byte goes out, and the same comes back within so long.
func Answers(c net.Conn) func(patience time.Duration) bool {
	sent := byte(0)
	return func(patience time.Duration) bool {
		sent++
		if _, err := c.Write([]byte{sent}); err != nil {
			return false
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		buf := make([]byte, 256)
		for {
			n, err := c.Read(buf)
			if bytes.IndexByte(buf[:n], sent) >= 0 {
				return true
			}
			if err != nil {
				return false
			}
		}
	}
}

// sessions cuts conversations that are under way, of both families, and lets them go on.
func (s *suite) sessions(t *testing.T) {
	s.without(t, "Talk", s.Dial != nil || s.Talk != nil)
	h := s.open(t, nil)
	from := s.Machine(0).Addrs()
	var works []func(time.Duration) bool
	for _, a := range from {
		works = append(works, s.talk(t, a))
	}
	check := func(when string, want bool) {
		patience := 20 * time.Second // a session that was cut comes back with its next retransmission
		if !want {
			patience = 600 * time.Millisecond
		}
		for i, f := range works {
			got := f(patience)
			if !want { // the effect may come a moment after the device's word
				for end := time.Now().Add(20*time.Second + s.can.Lag); got && time.Now().Before(end); {
					got = f(patience)
				}
			}
			if got != want {
				t.Errorf("%s: the session of %s works: %v, want %v", when, from[i], got, want)
			}
		}
	}
	check("before", true)
	target := s.target("iso-1", 0)
	apply(t, h, target)
	check("isolated", false)
	undo(t, h, target)
	check("released", true)
	figure(t, "%d sessions", len(works))
}

// others: a neighbour sends over both families all the while, and everything comes back.
func (s *suite) others(t *testing.T) {
	s.without(t, "Talk", s.Dial != nil || s.Talk != nil)
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	neighbour := s.Machine(1)
	for _, a := range neighbour.Addrs() {
		if !s.talk(t, a)(20 * time.Second) {
			t.Fatalf("the neighbour %s cannot talk at all", a)
		}
	}
	if s.Dial == nil {
		s.othersTalk(t, h, target)
		return
	}
	var trains []*Train
	for _, a := range neighbour.Addrs() {
		trains = append(trains, NewTrain(t, s.Bench, a))
	}
	for range 3 {
		time.Sleep(100 * time.Millisecond)
		apply(t, h, target)
		time.Sleep(100 * time.Millisecond)
		undo(t, h, target)
	}
	total := 0
	for i, tr := range trains {
		sent, back := tr.Stop(5 * time.Second)
		if sent == 0 || back != sent {
			t.Errorf("%s: %d datagrams sent, %d came back; lost: %q", neighbour.Addrs()[i], sent, back, tr.Gaps())
		}
		total += sent
	}
	figure(t, "0 of %d lost", total)
}

func (s *suite) othersTalk(t *testing.T, h act.Hand, target act.Target) {
	n := 0
	for _, a := range s.Machine(1).Addrs() {
		works := s.talk(t, a)
		quit, lost := make(chan struct{}), make(chan int, 1)
		go func() {
			bad := 0
			for {
				select {
				case <-quit:
					lost <- bad
					return
				default:
					n++
					if !works(5 * time.Second) {
						bad++
					}
				}
			}
		}()
		for range 3 {
			apply(t, h, target)
			time.Sleep(100 * time.Millisecond)
			undo(t, h, target)
		}
		close(quit)
		if bad := <-lost; bad != 0 {
			t.Errorf("%s: %d exchanges failed", a, bad)
		}
	}
	figure(t, "0 of %d exchanges lost", n)
}

// latency measures Apply to observed silence, or where nothing talks through the device, to the read-back.
func (s *suite) latency(t *testing.T) {
	rounds := s.Rounds
	if rounds == 0 {
		rounds = 10
	}
	h := s.open(t, nil)
	target := s.target("iso-1", 0)
	var took []time.Duration
	what := "read back"
	if s.can.OneWay {
		what = "sent"
	}
	one := s.untilRead
	switch {
	case s.Dial != nil:
		what, one = "silence", s.untilSilent
	case s.Talk != nil && s.can.Lag == 0:
		what, one = "silence", s.untilMute
	}
	for range rounds {
		took = append(took, one(t, h, target))
	}
	slices.Sort(took)
	at := func(p int) time.Duration { return took[(len(took)-1)*p/100].Round(100 * time.Microsecond) }
	figure(t, "%s p50 %v p95 %v", what, at(50), at(95))
}

func (s *suite) untilRead(t *testing.T, h act.Hand, target act.Target) time.Duration {
	began := time.Now()
	apply(t, h, target) // reads back before it returns
	took := time.Since(began)
	if !s.can.OneWay {
		s.covered(t, h, target, "applied")
	}
	undo(t, h, target)
	return took
}

// untilSilent is the sending time of the last datagram that came back, from the beginning of Apply.
func (s *suite) untilSilent(t *testing.T, h act.Hand, target act.Target) time.Duration {
	tr := NewTrain(t, s.Bench, s.Machine(0).Addrs()[0])
	s.eventually(t, "the machine talks", func() error {
		if tr.Last().IsZero() {
			return errors.New("nothing came back")
		}
		return nil
	})
	began := time.Now()
	apply(t, h, target)
	silent := func() bool { return time.Since(tr.Last()) > 500*time.Millisecond }
	for end := time.Now().Add(patience); !silent(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it still talks")
		}
	}
	last := tr.Last()
	undo(t, h, target)
	s.eventually(t, "the machine talks again", func() error {
		if !tr.Last().After(last) {
			return errors.New("nothing came back")
		}
		return nil
	})
	tr.Stop(0)
	return max(last.Sub(began), 0)
}

// untilMute tries exchanges until one fails.
func (s *suite) untilMute(t *testing.T, h act.Hand, target act.Target) time.Duration {
	works := s.talk(t, s.Machine(0).Addrs()[0])
	if !works(20 * time.Second) {
		t.Fatal("the machine cannot talk at all")
	}
	began := time.Now()
	if _, err := h.Apply(context.Background(), target); err != nil {
		t.Fatal(err)
	}
	tried := time.Now()
	for end := tried.Add(patience); works(500 * time.Millisecond); tried = time.Now() {
		if tried.After(end) {
			t.Fatal("it still talks")
		}
	}
	undo(t, h, target)
	if !works(20 * time.Second) {
		t.Fatal("the machine does not talk again")
	}
	return tried.Sub(began)
}
