package decode

import (
	"encoding/binary"
	"slices"

	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of fragment reassembly.
const (
	maxDatagram   = 65535
	maxPieces     = 8192 // of one datagram: as many as it may have of 8 bytes
	fragTimeout   = 60e9 // ns of capture time (RFC 8200 §4.5); Windows waits as long, Linux half of it
	fragOverhead  = 256  // bytes accounted for each waiting datagram
	defaultHeldIn = 4 * 1024 * 1024
)

// fragKey tells datagrams apart (RFC 791 §3.2, RFC 8200 §4.5).
type fragKey struct {
	src, dst Addr
	id       uint32
	vlan     uint16
	proto    byte // IPv4 only
	six      bool
}

// fragment is one that has come.
type fragment struct {
	key  fragKey
	off  int
	more bool
	head []byte // headers before it; of IPv6 the part that is not fragmented
	link int    // IPv6: where in head the fragment header was announced
	next byte   // IPv6: the header behind
	b    []byte
	cut  int // bytes that the capture has not
}

// datagram is one that is not whole yet.
type datagram struct {
	key    fragKey
	first  int64 // ns
	head   []byte
	link   int
	next   byte
	pieces []piece
	spans  [][2]int // what they cover: sorted, apart
	end    int      // length when the last piece was seen, else -1
	lapped bool     // pieces overlap
	policy Policy   // the receiver's
	held   int      // bytes accounted for

	older, newer *datagram
}

type piece struct {
	off int
	b   []byte
}

// fragments holds what is not whole, oldest first.
type fragments struct {
	byKey   map[fragKey]*datagram
	oldest  *datagram
	newest  *datagram
	held    int
	limit   int
	of      func(dst *Addr) Policy // nil: BSD
	evicted uint64
}

func newFragments(limit int) *fragments {
	if limit <= 0 {
		limit = defaultHeldIn
	}
	return &fragments{byKey: map[fragKey]*datagram{}, limit: limit}
}

// add takes a fragment and returns the whole datagram, headers included, when that made it whole. What is
// wrong is told in l.
func (f *fragments) add(now int64, x *fragment, l *Layers) ([]byte, error) {
	end := x.off + len(x.b)
	large, overlap := wire.OnIPv4FragPacketTooLarge, wire.OnIPv4FragOverlap
	if x.key.six {
		large, overlap = wire.OnIPv6FragPacketTooLarge, wire.OnIPv6FragOverlap
	}
	if end > maxDatagram {
		odd(l, large)
		return nil, ErrMalformed
	}
	if len(x.b) == 0 || len(x.head)+end > maxDatagram+40 || !x.key.six && len(x.head)+end > maxDatagram || x.more && len(x.b)%8 != 0 {
		return nil, ErrMalformed
	}
	f.expire(now)
	d := f.byKey[x.key]
	if d == nil {
		d = &datagram{key: x.key, first: now, end: -1}
		if f.of != nil {
			d.policy = f.of(&x.key.dst)
		}
		f.insert(d)
	}
	if len(d.pieces) == maxPieces {
		f.drop(d)
		return nil, ErrMalformed
	}
	if d.policy == Drop {
		if known, lapped := d.covers(x.off, end); lapped {
			odd(l, overlap)
			if !known {
				f.drop(d)
			}
			return nil, nil
		}
	}
	if !x.more && (d.end < 0 || end > d.end) {
		d.end = end
	}
	if f.put(d, x) {
		odd(l, overlap)
	}
	if d.end >= 0 && d.head != nil && len(d.spans) == 1 && d.spans[0][0] == 0 && d.spans[0][1] >= d.end {
		f.remove(d)
		return d.whole(), nil
	}
	for f.held > f.limit && f.oldest != nil {
		f.drop(f.oldest)
	}
	return nil, nil
}

// covers tells whether bytes from off to end are there already, and whether some are.
func (d *datagram) covers(off, end int) (all, some bool) {
	for _, s := range d.spans {
		all = all || s[0] <= off && end <= s[1]
		some = some || s[0] < end && off < s[1]
	}
	return all, some
}

// put keeps a piece and joins the spans; true when it overlaps another one.
func (f *fragments) put(d *datagram, x *fragment) bool {
	if x.off == 0 && d.head == nil {
		d.head, d.link, d.next = slices.Clone(x.head), x.link, x.next
	}
	d.pieces = append(d.pieces, piece{x.off, slices.Clone(x.b)})
	d.held += len(x.b) + fragOverhead/2
	f.held += len(x.b) + fragOverhead/2
	merged, at, lapped := [2]int{x.off, x.off + len(x.b)}, 0, false
	out := d.spans[:0]
	for _, s := range d.spans {
		switch {
		case s[1] < merged[0]:
			at++
			out = append(out, s)
		case s[0] > merged[1]:
			out = append(out, s)
		default:
			lapped = lapped || s[0] < x.off+len(x.b) && x.off < s[1]
			merged = [2]int{min(merged[0], s[0]), max(merged[1], s[1])}
		}
	}
	d.spans = slices.Insert(out, at, merged)
	d.lapped = d.lapped || lapped
	return lapped
}

// whole puts the pieces together behind the headers of the first one.
func (d *datagram) whole() []byte {
	n := len(d.head)
	out := make([]byte, n+d.end)
	copy(out, d.head)
	if d.key.six {
		out[d.link] = d.next
		binary.BigEndian.PutUint16(out[4:], uint16(len(out)-40))
	} else {
		binary.BigEndian.PutUint16(out[2:], uint16(len(out)))
		out[6], out[7] = out[6]&0x40, 0
		sum4(out[:n])
	}
	if d.lapped {
		d.policy.settle(out[n:], d.pieces)
		return out
	}
	for _, x := range d.pieces {
		copy(out[n+x.off:], x.b)
	}
	return out
}

// sum4 writes the checksum of an IPv4 header (RFC 1071).
func sum4(h []byte) {
	h[10], h[11] = 0, 0
	sum := uint32(0)
	for i := 0; i+1 < len(h); i += 2 {
		sum += uint32(h[i])<<8 | uint32(h[i+1])
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(h[10:], ^uint16(sum))
}

// expire drops what has waited too long, or lies in the future of a clock that jumped back by as much; packets of several queues are out of
// order by less.
func (f *fragments) expire(now int64) {
	for f.oldest != nil {
		if age := now - f.oldest.first; age > -fragTimeout && age < fragTimeout {
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
