package reassembly

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// taken is what came out: bytes in order, zeros for gaps.
type taken struct {
	b     []byte
	gaps  int
	owner uint32

	policy Policy
}

func (t *taken) Data(b []byte)  { t.b = append(t.b, b...) }
func (t *taken) Gap(n int)      { t.b, t.gaps = append(t.b, make([]byte, n)...), t.gaps+n }
func (t *taken) Owner() uint32  { return t.owner }
func (t *taken) Policy() Policy { return t.policy }

// stream is n bytes that differ from their neighbours and are never zero.
func stream(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i%251) + 1
	}
	return b
}

// TestAnyOrder gives segments of a stream in a disturbed order, some twice, some overlapping: what comes out is the stream.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := stream(rapid.IntRange(1, 60_000).Draw(t, "length"))
		isn := rapid.Uint32().Draw(t, "isn") // wraps round, too
		var cuts [][2]int
		for at := 0; at < len(want); {
			n := min(rapid.IntRange(1, 5000).Draw(t, "segment"), len(want)-at)
			back := rapid.IntRange(0, min(at, 100)).Draw(t, "overlap")
			cuts = append(cuts, [2]int{at - back, at + n})
			at += n
		}
		p, h, got := NewPool(1<<20), Half{}, &taken{}
		h.Sync(isn)
		for len(cuts) > 0 {
			i := rapid.IntRange(0, min(4, len(cuts)-1)).Draw(t, "next")
			c := cuts[i]
			if !h.InOrder(isn+uint32(c[0]), c[1]-c[0]) {
				h.Add(p, isn+uint32(c[0]), want[c[0]:c[1]], 0, 0, got)
			} else {
				got.Data(want[c[0]:c[1]])
			}
			if rapid.IntRange(0, 9).Draw(t, "again") > 0 {
				cuts = append(cuts[:i], cuts[i+1:]...)
			}
		}
		h.Flush(p, got)
		if !bytes.Equal(got.b, want) || got.gaps != 0 || p.Used() != 0 {
			t.Fatalf("%d bytes of %d, %d lost, %d buffers left", len(got.b), len(want), got.gaps, p.Used())
		}
	})
}

// TestLost leaves segments out: what is there stands in its place, the rest is told as gaps.
func TestLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := stream(rapid.IntRange(2, 300).Draw(t, "segments") * 100)
		p, h, got := NewPool(1<<20), Half{}, &taken{}
		h.Sync(0)
		last := 0
		for at := 0; at < len(want); at += 100 {
			if rapid.Bool().Draw(t, "lost") {
				clear(want[at : at+100])
				continue
			}
			last = at + 100
			cut := rapid.SampledFrom([]int{0, 0, 0, 40}).Draw(t, "cut")
			clear(want[last-cut : last])
			h.Add(p, uint32(at), want[at:last-cut], cut, 0, got)
			if rapid.IntRange(0, 9).Draw(t, "acknowledged") == 0 {
				h.Acked(p, uint32(last), 0)
			}
		}
		h.Flush(p, got)
		if !bytes.Equal(got.b, want[:last]) || p.Used() != 0 {
			t.Fatalf("%d bytes, want %d; %d buffers left", len(got.b), last, p.Used())
		}
	})
}

func TestBounds(t *testing.T) {
	p := NewPool(0) // the smallest: twice what one direction may hold
	var halves [64]Half
	got := &taken{}
	for round := range 2 * MaxWaiting {
		for i := range halves {
			halves[i].Sync(0)
			halves[i].Add(p, uint32(1000+round*10), []byte("x"), 0, 0, got)
		}
	}
	if p.Used() > 2*MaxWaiting || got.gaps == 0 {
		t.Errorf("%d buffers in use, %d bytes given up", p.Used(), got.gaps)
	}
	var h Half
	h.Sync(0)
	h.Add(p, 1<<31-1, []byte("not of this stream"), 0, 0, got)
	if h.Next() != 0 {
		t.Error("a segment beyond any window moves the stream")
	}
	for i := range maxStrange {
		h.Add(p, 1<<31-1+uint32(i), []byte("x"), 0, 0, got)
	}
	if h.Next() != 1<<31-1+maxStrange {
		t.Errorf("the capture slept, the stream did not: next is %d", h.Next())
	}
}

func TestSkip(t *testing.T) {
	var h Half
	h.Sync(100)
	for _, c := range []struct {
		seq       uint32
		n, fresh  int
		holeAfter uint32
	}{{100, 10, 10, 0}, {100, 10, 0, 0}, {105, 10, 5, 0}, {120, 10, 10, 5}, {115, 5, 5, 0}, {115, 5, 0, 0}, {1 << 31, 1, 0, 0}} {
		if fresh := h.Skip(c.seq, c.n); fresh != c.fresh || h.Hole() != c.holeAfter {
			t.Errorf("%d bytes at %d: %d are new, hole of %d; want %d and %d", c.n, c.seq, fresh, h.Hole(), c.fresh, c.holeAfter)
		}
	}
}

// TestOverlap shows whose bytes stay where segments that wait overlap: of those that begin earlier, and of equal ones the first.
func TestOverlap(t *testing.T) {
	type piece struct {
		seq uint32
		s   string
	}
	for name, c := range map[string]struct {
		pieces []piece
		want   string
	}{
		"the same place":      {[]piece{{4, "good"}, {4, "evil"}, {0, "...."}}, "....good"},
		"longer":              {[]piece{{4, "good"}, {4, "evilmore"}, {0, "...."}}, "....goodmore"},
		"shorter":             {[]piece{{4, "goodmore"}, {4, "evil"}, {0, "...."}}, "....goodmore"},
		"begins earlier":      {[]piece{{6, "good"}, {4, "evilevil"}, {0, "...."}}, "....evilevil"},
		"begins later":        {[]piece{{4, "goodgood"}, {6, "evilevil"}, {0, "...."}}, "....goodgoodil"},
		"over what has gone":  {[]piece{{0, "good"}, {0, "evilmore"}}, "goodmore"},
		"within what has not": {[]piece{{4, "goodgoodgood"}, {8, "evil"}, {0, "...."}}, "....goodgoodgood"},
	} {
		p, h, got := NewPool(1<<20), Half{}, &taken{}
		h.Sync(0)
		for _, x := range c.pieces {
			h.Add(p, x.seq, []byte(x.s), 0, 0, got)
		}
		if string(got.b) != c.want || got.gaps != 0 || p.Used() != 0 {
			t.Errorf("%s: %q, want %q; %d lost, %d buffers left", name, got.b, c.want, got.gaps, p.Used())
		}
	}
}
