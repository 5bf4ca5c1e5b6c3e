package http

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// Bounds of undoing zstd.
const (
	zstdWindow = 8 << 20 // what content may ask for (RFC 9659 §3)
	maxZstds   = 8       // contents at a time; of further ones nothing is undone
)

var (
	zstds    sync.Pool // decoders are kept, for each holds a window
	zstdBusy atomic.Int32
	errBusy  = errors.New("http: too many contents in zstd at a time")
)

// zstandard reads zstd (RFC 8878), from its first byte on.
type zstandard struct {
	from io.Reader
	z    *zstd.Decoder
	busy bool // one too many
}

func (r *zstandard) Read(b []byte) (int, error) {
	if r.z == nil {
		if r.busy = r.busy || zstdBusy.Add(1) > maxZstds; r.busy {
			return 0, errBusy
		}
		if r.z, _ = zstds.Get().(*zstd.Decoder); r.z == nil {
			r.z, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow)) // these are valid
		}
		if err := r.z.Reset(r.from); err != nil {
			return 0, err
		}
	}
	return r.z.Read(b)
}

func (r *zstandard) close() {
	if r.z != nil {
		_ = r.z.Reset(nil) // lets go of from
		zstds.Put(r.z)
		r.z = nil
		zstdBusy.Add(-1)
	}
	if r.busy {
		zstdBusy.Add(-1)
	}
}
