package mysql

import (
	"compress/zlib"
	"io"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// Bounds of what undoing compression needs while a packet comes in pieces.
const (
	inflateStep = 16 << 10
	zlibRoom    = 64 << 10           // bytes that zlib needs: its window, tables and a step
	zstdWindow  = 2 << 20            // what the usual level uses at most; packets with a larger one are given up
	zstdRoom    = zstdWindow + 1<<20 // bytes that zstd needs
	maxRoom     = 64 << 20           // bytes of all sessions of the process; beyond, a session is given up
	zstdMagic   = 0x28               // first byte of a frame
)

// roomTaken is what all sessions need at the moment.
var roomTaken atomic.Int64

// zlibs and zstds are kept, for each holds a window.
var (
	zlibs sync.Pool
	zstds sync.Pool
	steps = sync.Pool{New: func() any { return new([inflateStep]byte) }}
)

// inflater undoes the compression of one packet. Its reader pulls; a coroutine turns that round.
type inflater struct {
	in   []byte // not yet read
	over bool   // no more will come
	room int64
	next func() ([]byte, bool)
	stop func()
}

// inflate begins a packet in zlib (RFC 1950) or zstd (RFC 8878); nil where too many are under way.
func inflate(zst bool) *inflater {
	x := &inflater{room: zlibRoom}
	if zst {
		x.room = zstdRoom
	}
	if roomTaken.Add(x.room) > maxRoom {
		roomTaken.Add(-x.room)
		return nil
	}
	read := readZlib
	if zst {
		read = readZstd
	}
	x.next, x.stop = iter.Pull(func(yield func([]byte) bool) {
		read(&source{x, yield}, yield)
	})
	return x
}

func readZlib(from *source, yield func([]byte) bool) {
	z, _ := zlibs.Get().(io.ReadCloser)
	var err error
	if z == nil {
		z, err = zlib.NewReader(from)
	} else {
		err = z.(zlib.Resetter).Reset(from, nil)
	}
	if err == nil {
		pump(z, yield)
	}
	if z != nil {
		zlibs.Put(z)
	}
}

func readZstd(from *source, yield func([]byte) bool) {
	z, _ := zstds.Get().(*zstd.Decoder)
	if z == nil {
		z, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow)) // these are valid
	}
	if z.Reset(from) == nil {
		pump(z, yield)
	}
	_ = z.Reset(nil) // lets go of from
	zstds.Put(z)
}

// pump gives what can be read.
func pump(r io.Reader, yield func([]byte) bool) {
	buf := steps.Get().(*[inflateStep]byte)
	defer steps.Put(buf)
	for {
		n, err := r.Read(buf[:])
		if n > 0 && !yield(buf[:n]) || err != nil {
			return
		}
	}
}

// source gives what has come, and asks for more through the coroutine.
type source struct {
	x     *inflater
	yield func([]byte) bool
}

func (s *source) more() bool {
	for len(s.x.in) == 0 && !s.x.over {
		if !s.yield(nil) {
			s.x.over = true
		}
	}
	return len(s.x.in) > 0
}

func (s *source) Read(b []byte) (int, error) {
	if !s.more() {
		return 0, io.EOF
	}
	n := copy(b, s.x.in)
	s.x.in = s.x.in[n:]
	return n, nil
}

// ReadByte implements io.ByteReader: without it zlib would put a buffer of its own between.
func (s *source) ReadByte() (byte, error) {
	if !s.more() {
		return 0, io.EOF
	}
	c := s.x.in[0]
	s.x.in = s.x.in[1:]
	return c, nil
}

// write gives what comes out of b to out, until that says false.
func (x *inflater) write(b []byte, out func([]byte) (bool, error)) error {
	x.in = b
	defer func() { x.in = nil }() // b is lent
	for {
		piece, ok := x.next()
		switch {
		case !ok:
			return errMessage
		case piece == nil:
			return nil
		}
		if goOn, err := out(piece); !goOn || err != nil {
			return err
		}
	}
}

func (x *inflater) close() {
	x.stop()
	roomTaken.Add(-x.room)
}
