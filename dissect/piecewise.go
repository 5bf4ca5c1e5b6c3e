package dissect

import (
	"io"
	"iter"
	"sync"
)

// PieceSize is up to how many decoded bytes are given at a time.
const PieceSize = 16 << 10

var pulled = sync.Pool{New: func() any { return new([PieceSize]byte) }}

// Piecewise undoes a coding of content that comes in pieces. Decoders pull what they read; a coroutine turns that round. It belongs
// to one goroutine, and must be stopped.
type Piecewise struct {
	in   []byte // not yet read
	over bool   // no more will come
	next func() ([]byte, bool)
	stop func()
}

// Pull reads; from gives what is fed, and io.EOF behind End or Stop. It implements io.ByteReader, too, so that decoders put no buffer of
// their own between. give takes decoded bytes, valid during the call, and says whether to go on.
type Pull func(from io.Reader, give func([]byte) bool)

// NewPiecewise begins; pull runs from the first Next on.
func NewPiecewise(pull Pull) *Piecewise {
	p := &Piecewise{}
	p.next, p.stop = iter.Pull(func(yield func([]byte) bool) { pull(&fed{p, yield}, yield) })
	return p
}

// PullAll gives everything that r reads, until the first error, in pieces of up to 16 KiB.
func PullAll(r io.Reader, give func([]byte) bool) {
	buf := pulled.Get().(*[PieceSize]byte)
	defer pulled.Put(buf)
	for {
		n, err := r.Read(buf[:])
		if n > 0 && !give(buf[:n]) || err != nil {
			return
		}
	}
}

// Feed lends b until Next asks for more.
func (p *Piecewise) Feed(b []byte) { p.in = b }

// Next is the next decoded piece, valid until the next call; nil where more must be fed first; false where there will be no more.
func (p *Piecewise) Next() (piece []byte, ok bool) { return p.next() }

// End says that no more will be fed.
func (p *Piecewise) End() { p.over = true }

// Stop ends the decoder, and lets go of what was fed.
func (p *Piecewise) Stop() {
	p.stop()
	p.in = nil
}

// fed is what a decoder reads from.
type fed struct {
	p     *Piecewise
	yield func([]byte) bool
}

// more waits until there is something to read; false: there will be nothing.
func (f *fed) more() bool {
	for len(f.p.in) == 0 && !f.p.over {
		if !f.yield(nil) {
			f.p.over = true
		}
	}
	return len(f.p.in) > 0
}

func (f *fed) Read(b []byte) (int, error) {
	if !f.more() {
		return 0, io.EOF
	}
	n := copy(b, f.p.in)
	f.p.in = f.p.in[n:]
	return n, nil
}

// ReadByte implements io.ByteReader.
func (f *fed) ReadByte() (byte, error) {
	if !f.more() {
		return 0, io.EOF
	}
	c := f.p.in[0]
	f.p.in = f.p.in[1:]
	return c, nil
}
