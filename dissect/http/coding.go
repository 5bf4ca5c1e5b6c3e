package http

import (
	"io"
	"strings"

	"github.com/andybalholm/brotli"

	"github.com/yagura-project/yagura/dissect"
)

// Bounds of undoing content codings (RFC 9110 §8.4.1).
const (
	maxLayers = 3       // codings of one body
	maxSaved  = 4 << 10 // first bytes kept in case that they are not coded at all
	bombFrom  = 1 << 20 // decoded bytes from which on the ratio is held against bombRatio
	bombRatio = 2048
)

// decoder undoes codings of a body that comes in pieces.
type decoder struct {
	pieces *dissect.Piecewise
	saved  []byte // input so far, while nothing has been decoded
	plain  bool   // it is not coded after all
	wrong  bool   // one of its layers is not coded after all
	done   bool
	bomb   bool
	large  bool // it asks for too much memory
	took   uint64
	gave   uint64
}

// codings reads a Content-Encoding: which are to be undone, in that order; many says that there are too many, odd that one is unknown.
func codings(value string) (out []string, many, odd bool) {
	if value == "" {
		return nil, false, false
	}
	for c := range strings.SplitSeq(strings.ToLower(value), ",") {
		switch c = strings.Trim(c, " \t\r"); {
		case strings.Contains(c, "gzip"), strings.Contains(c, "deflate"), c == "inflate":
			out = append(out, "deflate")
		case c == "br", c == "lzma", c == "zstd":
			out = append(out, c)
		case c == "" || c == "identity" || c == "none":
		default:
			odd = true
		}
	}
	if len(out) > maxLayers {
		out, many = out[:maxLayers], true
	}
	return out, many, odd
}

func newDecoder(layers []string) *decoder {
	d := &decoder{}
	d.pieces = dissect.NewPiecewise(func(r io.Reader, give func([]byte) bool) {
		for i := len(layers) - 1; i >= 0; i-- { // the last one was applied last
			if i < len(layers)-1 {
				r = &between{r: r, d: d}
			}
			switch layers[i] {
			case "br":
				r = brotli.NewReader(r)
			case "zstd":
				z := &zstandard{from: r}
				defer z.close()
				r = z
			case "lzma":
				r = &alone{from: r, over: func() { d.large = true }}
			default:
				z := newDeflated(r)
				z.fails = &d.wrong
				defer z.close()
				r = z
			}
		}
		dissect.PullAll(r, give)
	})
	return d
}

// between counts what one coding gives to the next: of what is coded several times, little need come out for much to be read.
type between struct {
	r io.Reader
	d *decoder
	n uint64
}

func (b *between) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.n += uint64(n); b.n > bombFrom && b.n > bombRatio*b.d.took {
		b.d.bomb = true
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

// write decodes b and gives it to out.
func (d *decoder) write(b []byte, out func([]byte)) {
	if d.plain {
		out(b)
		return
	}
	if d.done {
		return
	}
	d.took += uint64(len(b))
	if d.gave == 0 && len(d.saved)+len(b) <= maxSaved {
		d.saved = append(d.saved, b...)
	}
	d.pieces.Feed(b)
	d.pull(out)
}

func (d *decoder) pull(out func([]byte)) {
	for {
		piece, ok := d.pieces.Next()
		switch {
		case !ok:
			d.done = true
			if d.gave == 0 && len(d.saved) > 0 && !d.bomb {
				d.plain = true
				out(d.saved)
			}
			d.saved = nil
			return
		case piece == nil:
			return
		}
		d.gave += uint64(len(piece))
		d.saved = nil
		if d.gave > bombFrom && d.gave > bombRatio*d.took {
			d.bomb, d.done = true, true
			return
		}
		out(piece)
	}
}

// finish decodes what is left once the body is over.
func (d *decoder) finish(out func([]byte)) {
	d.pieces.End()
	if !d.done {
		d.pull(out)
	}
	d.pieces.Stop()
}
