package mysql

import (
	"compress/zlib"
	"io"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"

	"github.com/yagura-project/yagura/dissect"
)

// Bounds of what undoing compression needs while a packet comes in pieces.
const (
	zlibRoom   = 64 << 10           // bytes that zlib needs: its window, tables and a step
	zstdWindow = 2 << 20            // what the usual level uses at most; packets with a larger one are given up
	zstdRoom   = zstdWindow + 1<<20 // bytes that zstd needs
	maxRoom    = 64 << 20           // bytes of all sessions of the process; beyond, a session is given up
	zstdMagic  = 0x28               // first byte of a frame
)

// roomTaken is what all sessions need at the moment.
var roomTaken atomic.Int64

// zlibs and zstds are kept, for each holds a window.
var (
	zlibs sync.Pool
	zstds sync.Pool
)

// inflater undoes the compression of one packet.
type inflater struct {
	*dissect.Piecewise
	room int64
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
	if zst {
		x.Piecewise = dissect.NewPiecewise(readZstd)
	} else {
		x.Piecewise = dissect.NewPiecewise(readZlib)
	}
	return x
}

func readZlib(from io.Reader, give func([]byte) bool) {
	z, _ := zlibs.Get().(io.ReadCloser)
	var err error
	if z == nil {
		z, err = zlib.NewReader(from)
	} else {
		err = z.(zlib.Resetter).Reset(from, nil)
	}
	if err == nil {
		dissect.PullAll(z, give)
	}
	if z != nil {
		zlibs.Put(z)
	}
}

func readZstd(from io.Reader, give func([]byte) bool) {
	z, _ := zstds.Get().(*zstd.Decoder)
	if z == nil {
		z, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow)) // these are valid
	}
	if z.Reset(from) == nil {
		dissect.PullAll(z, give)
	}
	_ = z.Reset(nil) // lets go of from
	zstds.Put(z)
}

// write gives what comes out of b to out, until that says false.
func (x *inflater) write(b []byte, out func([]byte) (bool, error)) error {
	x.Feed(b)
	defer x.Feed(nil) // b is lent
	for {
		piece, ok := x.Next()
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
	x.Stop()
	roomTaken.Add(-x.room)
}
