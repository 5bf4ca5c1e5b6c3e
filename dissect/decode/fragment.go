package decode

import "slices"

// Bounds of fragment reassembly.
const (
	maxDatagram   = 65535
	maxPieces     = 128  // of one datagram
	fragTimeout   = 30e9 // ns of capture time (RFC 8200 §4.5: 60 s; hosts use 30)
	fragOverhead  = 256  // bytes accounted for each waiting datagram
	defaultHeldIn = 4 * 1024 * 1024
)

// fragKey tells datagrams apart (RFC 791 §3.2, RFC 8200 §4.5).
type fragKey struct {
	src, dst Addr
	id       uint32
	proto    byte
	six      bool
}

// datagram is one that is not whole yet.
type datagram struct {
	key    fragKey
	first  int64 // ns
	pieces []piece
	spans  [][2]int // what they cover: sorted, apart
	end    int      // length when the last piece was seen, else -1
	held   int      // bytes accounted for

	older, newer *datagram
}

type piece struct {
	off int
	b   []byte
}

// whole puts the pieces together; where they overlap, what was seen first stays.
func (d *datagram) whole() []byte {
	out := make([]byte, d.end)
	for i := len(d.pieces) - 1; i >= 0; i-- {
		copy(out[d.pieces[i].off:], d.pieces[i].b)
	}
	return out
}

// fragments holds what is not whole, oldest first.
type fragments struct {
	byKey   map[fragKey]*datagram
	oldest  *datagram
	newest  *datagram
	held    int
	limit   int
	evicted uint64
}

func newFragments(limit int) *fragments {
	if limit <= 0 {
		limit = defaultHeldIn
	}
	return &fragments{byKey: map[fragKey]*datagram{}, limit: limit}
}

// add takes a piece and returns the datagram's content when that made it whole.
func (f *fragments) add(now int64, key fragKey, off int, more bool, b []byte) ([]byte, error) {
	end := off + len(b)
	if len(b) == 0 || end > maxDatagram || more && len(b)%8 != 0 {
		return nil, ErrMalformed
	}
	f.expire(now)
	d := f.byKey[key]
	if d == nil {
		d = &datagram{key: key, first: now, end: -1}
		f.insert(d)
	}
	if len(d.pieces) == maxPieces || d.end >= 0 && end > d.end || !more && d.end >= 0 && end != d.end {
		f.drop(d)
		return nil, ErrMalformed
	}
	if !more {
		d.end = end
	}
	f.put(d, off, b)
	if d.end >= 0 && len(d.spans) == 1 && d.spans[0] == [2]int{0, d.end} {
		f.remove(d)
		return d.whole(), nil
	}
	for f.held > f.limit && f.oldest != nil {
		f.drop(f.oldest)
	}
	return nil, nil
}

// put keeps a piece and joins the spans.
func (f *fragments) put(d *datagram, off int, b []byte) {
	d.pieces = append(d.pieces, piece{off, append([]byte(nil), b...)})
	d.held += len(b) + fragOverhead/2
	f.held += len(b) + fragOverhead/2
	merged, at := [2]int{off, off + len(b)}, 0
	out := d.spans[:0]
	for _, s := range d.spans {
		switch {
		case s[1] < merged[0]:
			at++
			out = append(out, s)
		case s[0] > merged[1]:
			out = append(out, s)
		default:
			merged = [2]int{min(merged[0], s[0]), max(merged[1], s[1])}
		}
	}
	d.spans = slices.Insert(out, at, merged)
}

// expire drops what has waited too long, or lies in the future of a clock that jumped back.
func (f *fragments) expire(now int64) {
	for f.oldest != nil {
		if age := now - f.oldest.first; age >= 0 && age < fragTimeout {
			return
		}
		f.drop(f.oldest)
	}
}

func (f *fragments) drop(d *datagram) {
	f.evicted++
	f.remove(d)
}

func (f *fragments) insert(d *datagram) {
	f.byKey[d.key] = d
	d.held = fragOverhead
	f.held += fragOverhead
	if d.older = f.newest; d.older != nil {
		d.older.newer = d
	} else {
		f.oldest = d
	}
	f.newest = d
}

func (f *fragments) remove(d *datagram) {
	delete(f.byKey, d.key)
	f.held -= d.held
	if d.older != nil {
		d.older.newer = d.newer
	} else {
		f.oldest = d.newer
	}
	if d.newer != nil {
		d.newer.older = d.older
	} else {
		f.newest = d.older
	}
}
