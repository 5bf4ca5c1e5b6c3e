package flowtest

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Seed adds the payloads of a capture to a fuzz target.
func Seed(f *testing.F, capture string) {
	f.Helper()
	seeds, err := Payloads(capture)
	if err != nil {
		f.Fatal(err)
	}
	for i, b := range seeds {
		if i < 400 {
			f.Add(b)
		}
	}
}

// Stress gives bytes to a protocol whole, then again as a stream that goes to
// and fro in pieces cut by its own content, with gaps between; it holds the contract.
func Stress(t *testing.T, p dissect.Protocol, b []byte) {
	t.Helper()
	events := 0
	r := newNotebook()
	flow := func() *dissect.Flow {
		f := &dissect.Flow{Now: time.Unix(1, 0).UTC(), Emit: func(event.Event) { events++ }}
		f.Watch(r)
		return f
	}
	for dir := range 2 {
		p.Probe(dissect.Dir(dir), b, p.Stream == nil, 445)
	}
	if p.Datagrams != nil {
		d := p.Datagrams(flow())
		_ = d.Datagram(dissect.Orig, b) // an error is a fine answer to noise
		_ = d.Datagram(dissect.Resp, b)
		d.Close()
	}
	if p.Stream == nil {
		r.check(t)
		return
	}
	for _, both := range []bool{false, true} {
		s := p.Stream(flow())
		feed(t, s, b, both)
		s.Close()
	}
	r.check(t)
	if events > 64+4*len(b) {
		t.Errorf("%d events of %d bytes", events, len(b))
	}
}

// feed gives b in pieces to one direction, or in turns to both.
func feed(t *testing.T, s dissect.Stream, b []byte, both bool) {
	t.Helper()
	var pending [2][]byte
	dir := dissect.Orig
	for len(b) > 0 {
		n := min(len(b), 1+int(b[0])*5)
		pending[dir] = append(pending[dir], b[:n]...)
		b = b[n:]
		done, err := s.Data(dir, pending[dir])
		if done < 0 || done > len(pending[dir]) {
			t.Fatalf("consumed %d of %d bytes", done, len(pending[dir]))
		}
		pending[dir] = pending[dir][done:]
		if err != nil || len(pending[dir]) > dissect.MaxPending {
			return
		}
		if both {
			dir = 1 - dir
		}
		if n%97 == 0 {
			pending[dir] = nil
			if s.Gap(dir, n) != nil {
				return
			}
		}
	}
}
