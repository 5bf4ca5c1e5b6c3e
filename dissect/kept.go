package dissect

import (
	"bytes"
	"math/bits"
)

// Bounds of the bytes that are kept until they are confirmed, to see whether they are sent again with another content.
const (
	maxKept    = 64 << 10 // of one direction
	maxKeptAll = 16 << 20 // spare room included
)

// kept are the last bytes of one direction.
type kept struct {
	b  []byte
	at uint32 // sequence number of b[0]
}

func (k *kept) end() uint32 { return k.at + uint32(len(k.b)) }

// differs tells whether b at seq is not what was sent there before.
func (k *kept) differs(seq uint32, b []byte) bool {
	to := seq + uint32(len(b))
	if len(k.b) == 0 || !before(seq, k.end()) || !after(to, k.at) {
		return false
	}
	from := max32(seq, k.at)
	if after(to, k.end()) {
		to = k.end()
	}
	return !bytes.Equal(k.b[from-k.at:to-k.at], b[from-seq:to-seq])
}

// keepSent remembers a segment that was taken and tells whether it differs from what was sent before.
func (a *Analyzer) keepSent(s *strict, d Dir, seq uint32, b []byte) bool {
	if s.kept == nil {
		s.kept = &[2]kept{}
	}
	k := &s.kept[d]
	differs := k.differs(seq, b)
	if len(k.b) > 0 {
		end := k.end()
		if !after(seq+uint32(len(b)), end) || after(seq, end) {
			return differs
		}
		b, seq = b[end-seq:], end
	}
	if len(b) > maxKept {
		return differs
	}
	if over := len(k.b) + len(b) - maxKept; over > 0 {
		a.cutKept(k, over)
	}
	if !a.roomKept(k, len(k.b)+len(b)) {
		return differs
	}
	if len(k.b) == 0 {
		k.at = seq
	}
	k.b = append(k.b, b...)
	return differs
}

// cutKept forgets the first n bytes.
func (a *Analyzer) cutKept(k *kept, n int) {
	k.at += uint32(n)
	k.b = k.b[:copy(k.b, k.b[n:])]
	switch n := len(k.b); {
	case n == 0:
		a.keptAll -= cap(k.b)
		a.rooms.give(k.b)
		k.b = nil
	case 4*n <= cap(k.b) && cap(k.b) > leastRoom: // a connection that rests must not hold what it does not need
		a.moveKept(k, a.rooms.take(n))
	}
}

// roomKept makes room for n bytes in all; false when there is none.
func (a *Analyzer) roomKept(k *kept, n int) bool {
	if n <= cap(k.b) {
		return true
	}
	room := a.rooms.take(n)
	if a.keptAll+cap(room)-cap(k.b) > maxKeptAll {
		a.rooms.give(room)
		return false
	}
	a.moveKept(k, room)
	return true
}

func (a *Analyzer) moveKept(k *kept, room []byte) {
	a.keptAll += cap(room) - cap(k.b)
	old := k.b
	k.b = append(room, old...)
	a.rooms.give(old)
}

// rooms are buffers to be used again: of leastRoom bytes, and of each power of two above it up to maxKept.
type rooms [6][][]byte

const (
	leastRoom  = maxKept >> 5
	spareRooms = 32 // of each size
)

// take gives an empty buffer for n bytes, at most maxKept.
func (r *rooms) take(n int) []byte {
	i, size := 0, leastRoom
	for size < n {
		i, size = i+1, 2*size
	}
	if last := len(r[i]) - 1; last >= 0 {
		b := r[i][last]
		r[i] = r[i][:last]
		return b
	}
	return make([]byte, 0, size)
}

func (r *rooms) give(b []byte) {
	if cap(b) == 0 {
		return
	}
	i := bits.Len(uint(cap(b)/leastRoom)) - 1
	if len(r[i]) < spareRooms {
		r[i] = append(r[i], b[:0])
	}
}

// confirmed forgets what a segment of d has confirmed.
func (a *Analyzer) confirmed(s *strict, d Dir) {
	if s.kept == nil {
		return
	}
	k := &s.kept[1-d]
	if n := int32(s.peer[1-d].acked - k.at); n > 0 && len(k.b) > 0 {
		a.cutKept(k, min(int(n), len(k.b)))
	}
}

// forget gives all of it up.
func (a *Analyzer) forget(s *strict) {
	if s.kept != nil {
		for d := range s.kept {
			a.keptAll -= cap(s.kept[d].b)
			a.rooms.give(s.kept[d].b)
		}
	}
	s.kept, s.urgent = nil, nil
}
