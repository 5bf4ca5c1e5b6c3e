package dissect

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// maxUrgent bounds the bytes out of band that one connection may have in flight.
const maxUrgent = 8

// urgent are bytes out of band that have not gone by, by their sequence numbers.
type urgent struct {
	at  [maxUrgent]uint32
	n   int
	dir Dir
}

// urge notes the byte that the receiver's program does not find among the others (RFC 6093 §3.1: the pointer is meant to
// stand behind it, and only the last byte is out of band).
func (s *strict) urge(l *decode.Layers, d Dir) {
	if l.Flags&event.FlagURG == 0 || len(l.L4) < 20 {
		return
	}
	p := int(binary.BigEndian.Uint16(l.L4[18:]))
	if p == 0 || p > len(l.Payload) {
		return
	}
	if s.urgent == nil {
		s.urgent = &urgent{dir: d}
	}
	if !s.urgent.add(d, l.Seq+uint32(p)-1) {
		l.Events = append(l.Events, wire.StreamReassemblyUrgentOOBLimitReached)
	}
}

func (u *urgent) add(d Dir, at uint32) bool {
	if u.n == 0 {
		u.dir = d
	}
	if u.n == maxUrgent || u.dir != d {
		return false
	}
	if !slices.Contains(u.at[:u.n], at) {
		u.at[u.n] = at
		u.n++
	}
	return true
}

// spoken takes the bytes out of band from b, which begins at seq, and gives the pieces between to data.
func (u *urgent) spoken(d Dir, seq uint32, b []byte, data func([]byte)) {
	for u.n > 0 && u.dir == d {
		i := u.first(seq + uint32(len(b)))
		if i < 0 {
			break
		}
		at := u.at[i]
		u.n--
		u.at[i] = u.at[u.n]
		if before(at, seq) {
			continue
		}
		n := int(at - seq)
		if n > 0 {
			data(b[:n])
		}
		b, seq = b[n+1:], at+1
	}
	if len(b) > 0 {
		data(b)
	}
}

// first is the index of the first urgent byte before end, -1 when there is none.
func (u *urgent) first(end uint32) int {
	best := -1
	for i, at := range u.at[:u.n] {
		if before(at, end) && (best < 0 || before(at, u.at[best])) {
			best = i
		}
	}
	return best
}

// Bounds of the bytes that are kept until they are confirmed, to see whether they are sent again with another content.
const (
	maxKept    = 64 << 10 // of one direction
	maxKeptAll = 16 << 20
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
	if len(b) > maxKept || a.keptAll+len(b) > maxKeptAll {
		return differs
	}
	if len(k.b) == 0 {
		k.at = seq
	}
	if over := len(k.b) + len(b) - maxKept; over > 0 {
		a.cutKept(k, over)
	}
	k.b = append(k.b, b...)
	a.keptAll += len(b)
	return differs
}

// cutKept forgets the first n bytes.
func (a *Analyzer) cutKept(k *kept, n int) {
	a.keptAll -= n
	k.at += uint32(n)
	if k.b = k.b[:copy(k.b, k.b[n:])]; len(k.b) == 0 && cap(k.b) > maxKept/8 {
		k.b = nil
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
		a.keptAll -= len(s.kept[Orig].b) + len(s.kept[Resp].b)
	}
	s.kept, s.urgent = nil, nil
}
