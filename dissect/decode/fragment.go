package decode

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
	buf    []byte
	spans  [][2]int // sorted, apart
	end    int      // length when the last piece was seen, else -1
	pieces int
}

// fragments holds what is not whole, oldest first.
type fragments struct {
	byKey   map[fragKey]*datagram
	queue   []*datagram
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
// Bytes seen first stay: a later overlap does not change them.
func (f *fragments) add(now int64, key fragKey, off int, more bool, b []byte) ([]byte, error) {
	end := off + len(b)
	if len(b) == 0 || end > maxDatagram || more && len(b)%8 != 0 {
		return nil, ErrMalformed
	}
	f.expire(now)
	d := f.byKey[key]
	if d == nil {
		d = &datagram{key: key, first: now, end: -1}
		f.byKey[key] = d
		f.queue = append(f.queue, d)
		f.held += fragOverhead
	}
	if d.pieces++; d.pieces > maxPieces || d.end >= 0 && end > d.end || !more && d.end >= 0 && end != d.end {
		f.drop(d)
		return nil, ErrMalformed
	}
	if !more {
		d.end = end
	}
	f.put(d, off, b)
	for f.held > f.limit && len(f.queue) > 0 {
		f.drop(f.queue[0])
	}
	if d.end >= 0 && len(d.spans) == 1 && d.spans[0] == [2]int{0, d.end} {
		whole := d.buf[:d.end]
		f.remove(d)
		return whole, nil
	}
	return nil, nil
}

// put copies what is new of the piece and joins the spans.
func (f *fragments) put(d *datagram, off int, b []byte) {
	if end := off + len(b); end > len(d.buf) {
		f.held += end - len(d.buf)
		d.buf = append(d.buf, make([]byte, end-len(d.buf))...)
	}
	merged := [2]int{off, off + len(b)}
	var out [][2]int
	from := off
	for _, s := range d.spans {
		switch {
		case s[1] < merged[0] || s[0] > merged[1]:
			out = append(out, s)
			continue
		case s[0] > from:
			copy(d.buf[from:s[0]], b[from-off:])
		}
		from = max(from, min(s[1], off+len(b)))
		merged = [2]int{min(merged[0], s[0]), max(merged[1], s[1])}
	}
	copy(d.buf[from:off+len(b)], b[from-off:])
	at := 0
	for at < len(out) && out[at][0] < merged[0] {
		at++
	}
	out = append(out, merged)
	copy(out[at+1:], out[at:])
	out[at] = merged
	d.spans = out
}

// expire drops what has waited too long, or lies in the future of a clock that jumped back.
func (f *fragments) expire(now int64) {
	for len(f.queue) > 0 {
		if age := now - f.queue[0].first; age >= 0 && age < fragTimeout {
			return
		}
		f.drop(f.queue[0])
	}
}

func (f *fragments) drop(d *datagram) {
	f.evicted++
	f.remove(d)
}

func (f *fragments) remove(d *datagram) {
	delete(f.byKey, d.key)
	f.held -= fragOverhead + len(d.buf)
	for i, q := range f.queue {
		if q == d {
			f.queue = append(f.queue[:i], f.queue[i+1:]...)
			return
		}
	}
}
