package http

import (
	"bytes"
	"compress/gzip"
	"slices"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/yagura-project/yagura/dissect"
)

// FuzzCoding undoes codings of bodies: how deflate is cut must not matter, and what comes out is bounded by what went in.
func FuzzCoding(f *testing.F) {
	var packed, small bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte("広報やぐら "), 40)) // to a buffer
	_ = z.Close()
	b := brotli.NewWriter(&small)
	_, _ = b.Write([]byte("<p>brotli brotli brotli</p>"))
	_ = b.Close()
	f.Add("gzip", packed.Bytes(), uint8(3))
	f.Add("br", small.Bytes(), uint8(1))
	f.Add("deflate, br", []byte("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27"), uint8(2))
	f.Fuzz(func(t *testing.T, encoding string, body []byte, cut uint8) {
		layers, _, _ := codings(encoding)
		if len(layers) == 0 || len(body) > 16<<10 {
			return
		}
		whole, bits := undone(layers, body, len(body)), undone(layers, body, 1+int(cut))
		if !slices.Contains(layers, "br") && !bytes.Equal(whole, bits) { // brotli gives nothing of a broken piece, whatever came before in it
			t.Errorf("%d bytes in pieces of %d, %d of the whole", len(bits), 1+cut, len(whole))
		}
		if len(whole) > bombFrom+bombRatio*len(body)+dissect.PieceSize {
			t.Errorf("%d bytes of %d", len(whole), len(body))
		}
	})
}

// undone is a body that comes in pieces.
func undone(layers []string, body []byte, piece int) (out []byte) {
	d := newDecoder(layers)
	take := func(b []byte) { out = append(out, b...) }
	for len(body) > 0 {
		n := min(piece, len(body))
		d.write(body[:n], take)
		body = body[n:]
	}
	d.finish(take)
	return out
}

// TestBombBetween packs blocks without content twice: nothing ever comes out, and the decoder gives up all the same.
func TestBombBetween(t *testing.T) {
	body := append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), 4<<20)...)
	for range 2 {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(body) // to a buffer
		_ = w.Close()
		body = packed.Bytes()
	}
	d := newDecoder([]string{"deflate", "deflate", "deflate"})
	d.write(body, func(b []byte) { t.Errorf("%d bytes came out", len(b)) })
	if d.finish(func([]byte) {}); !d.bomb || !d.done {
		t.Errorf("a body of %d bytes is no bomb", len(body))
	}
}
