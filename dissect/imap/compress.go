package imap

import (
	"compress/flate"
	"io"
	"sync"
	"sync/atomic"

	"github.com/yagura-project/yagura/dissect"
)

// maxPacked bounds the directions that are undone at a time, in all sessions: each holds a window of 32 KiB for as long as it lasts.
const maxPacked = 512

var (
	packedOpen atomic.Int32
	inflaters  sync.Pool // kept, each with its window
)

// packed is a direction behind COMPRESS (RFC 4978): deflate (RFC 1951) without end.
type packed struct {
	pieces *dissect.Piecewise
	rest   []byte // decoded, of a line that goes on
	dead   bool   // what comes cannot be undone
}

// unpack takes bytes as they were sent, and reads what comes out of them.
func (p *parser) unpack(dir dissect.Dir, b []byte) error {
	x := &p.packed[dir]
	if x.pieces == nil && !x.dead {
		x.open()
	}
	if x.dead {
		p.f.AddOpaque(len(b))
		return nil
	}
	x.pieces.Feed(b)
	defer x.pieces.Feed(nil) // b is lent
	for {
		piece, ok := x.pieces.Next()
		switch {
		case !ok:
			x.close()
			return nil
		case piece == nil:
			return nil
		}
		if len(x.rest) > 0 {
			piece = append(x.rest, piece...)
		}
		n, err := p.plain(dir, piece)
		if err != nil {
			return err
		}
		x.rest = append(x.rest[:0], piece[n:]...)
	}
}

func (x *packed) open() {
	if packedOpen.Add(1) > maxPacked {
		packedOpen.Add(-1)
		x.dead = true
		return
	}
	x.pieces = dissect.NewPiecewise(func(from io.Reader, give func([]byte) bool) {
		z, _ := inflaters.Get().(io.ReadCloser)
		if z == nil {
			z = flate.NewReader(from)
		} else if z.(flate.Resetter).Reset(from, nil) != nil {
			return
		}
		dissect.PullAll(z, give)
		inflaters.Put(z)
	})
}

// close ends a direction; nothing behind it can be undone.
func (x *packed) close() {
	if x.dead = true; x.pieces != nil {
		x.pieces.Stop()
		x.pieces, x.rest = nil, nil
		packedOpen.Add(-1)
	}
}
