package websocket

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
)

// Bounds of what is kept of messages for those after them.
const (
	maxWindow  = 32 << 10 // RFC 7692 §7.1.2.1
	maxWindows = 64 << 20 // bytes of all connections of the process; beyond, none is kept
)

// windowsTaken is what all connections keep at the moment.
var windowsTaken atomic.Int64

// window is the end of what the messages of a direction held before they were compressed: unless both sides agreed otherwise, as browsers do
// not, the next one refers to it (RFC 7692 §7.2.3.2).
type window struct {
	b    []byte
	gone bool // a message could not be read to its end: what those behind it refer to is not known
}

// inflaters are kept, for each has its own window.
var inflaters sync.Pool

// inflate undoes permessage-deflate (RFC 7692 §7.2.2) of a message, or of the part of it that is there.
func (w *window) inflate(b []byte, whole bool) []byte {
	from := bytes.NewReader(append(b[:len(b):len(b)], 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff))
	z, _ := inflaters.Get().(io.ReadCloser)
	if z == nil {
		z = flate.NewReaderDict(from, w.b)
	} else if z.(flate.Resetter).Reset(from, w.b) != nil {
		return nil
	}
	out := make([]byte, 0, 2*len(b))
	buf := make([]byte, 4096)
	var err error
	for err == nil && len(out) < maxInflated {
		var n int
		n, err = z.Read(buf)
		out = append(out, buf[:n]...)
	}
	inflaters.Put(z)
	if whole && err == io.EOF {
		w.slide(out)
	} else {
		w.forget()
	}
	return out
}

// slide keeps the end of what has come.
func (w *window) slide(out []byte) {
	switch grown := int64(min(len(w.b)+len(out), maxWindow) - len(w.b)); {
	case w.gone:
		return
	case windowsTaken.Add(grown) > maxWindows:
		windowsTaken.Add(-grown)
		w.forget()
		return
	}
	if keep := max(0, maxWindow-len(out)); len(w.b) > keep {
		w.b = w.b[:copy(w.b, w.b[len(w.b)-keep:])]
	}
	w.b = append(w.b, out[max(0, len(out)-maxWindow):]...)
}

func (w *window) forget() {
	windowsTaken.Add(-int64(len(w.b)))
	w.b, w.gone = nil, true
}
