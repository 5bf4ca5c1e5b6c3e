package dissect

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"

	"pgregory.net/rapid"
)

// TestPiecewise: however content is cut, the same comes out, and what has come is told before more is fed.
func TestPiecewise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "content"), rapid.IntRange(1, 2000).Draw(t, "times"))
		var coded bytes.Buffer
		w := zlib.NewWriter(&coded)
		_, _ = w.Write(want)
		_ = w.Close()
		p := NewPiecewise(func(from io.Reader, give func([]byte) bool) {
			if z, err := zlib.NewReader(from); err == nil {
				PullAll(z, give)
			}
		})
		defer p.Stop()
		var got []byte
		over := false
		for rest := coded.Bytes(); len(rest) > 0 && !over; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			p.Feed(rest[:n])
			rest = rest[n:]
			for {
				piece, ok := p.Next()
				if over = !ok; piece == nil {
					break
				}
				got = append(got, piece...)
			}
		}
		if !bytes.Equal(got, want) || !over {
			t.Fatalf("%d bytes of %d, over: %v", len(got), len(want), over)
		}
	})
}

// TestPiecewiseEnds: a decoder whose content breaks off, or is stopped, comes to its end.
func TestPiecewiseEnds(t *testing.T) {
	ended := 0
	decode := func(from io.Reader, give func([]byte) bool) {
		PullAll(from, give)
		ended++
	}
	p := NewPiecewise(decode)
	p.Feed([]byte("half"))
	if piece, ok := p.Next(); string(piece) != "half" || !ok {
		t.Fatalf("%q, %v", piece, ok)
	}
	p.End()
	if piece, ok := p.Next(); piece != nil || ok {
		t.Fatalf("%q, %v", piece, ok)
	}
	q := NewPiecewise(decode)
	if piece, ok := q.Next(); piece != nil || !ok {
		t.Fatalf("%q, %v", piece, ok)
	}
	q.Stop()
	if ended != 2 {
		t.Fatal(ended)
	}
}
