package dissect

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// maxUrgent bounds the bytes out of band that one connection may have in flight.
const maxUrgent = 8

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
	if s.urgents == maxUrgent || s.urgents > 0 && s.dir != d {
		l.Events = append(l.Events, wire.StreamReassemblyUrgentOOBLimitReached)
		return
	}
	at := l.Seq + uint32(p) - 1
	for _, u := range s.urgent[:s.urgents] {
		if u == at {
			return
		}
	}
	s.dir = d
	s.urgent[s.urgents] = at
	s.urgents++
}

// spoken takes the bytes out of band from b, which begins at seq, and gives the pieces between to data.
func (s *strict) spoken(d Dir, seq uint32, b []byte, data func([]byte)) {
	for s.urgents > 0 && s.dir == d {
		i := s.first(seq, seq+uint32(len(b)))
		if i < 0 {
			break
		}
		at := s.urgent[i]
		s.urgents--
		s.urgent[i] = s.urgent[s.urgents]
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
func (s *strict) first(seq, end uint32) int {
	best := -1
	for i, u := range s.urgent[:s.urgents] {
		if before(u, end) && (best < 0 || before(u, s.urgent[best])) {
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

// keepSent remembers a segment that was taken and tells whether it differs from what was sent before.
func (a *Analyzer) keepSent(s *strict, d Dir, seq uint32, b []byte) (differs bool) {
	k := &s.kept[d]
	end := k.at + uint32(len(k.b))
	if len(k.b) > 0 && before(seq, end) && after(seq+uint32(len(b)), k.at) {
		from, to := max32(seq, k.at), seq+uint32(len(b))
		if after(to, end) {
			to = end
		}
		differs = !bytes.Equal(k.b[from-k.at:to-k.at], b[from-seq:to-seq])
	}
	if len(k.b) > 0 && seq != end {
		if before(seq+uint32(len(b)), end) || after(seq, end) {
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
		k.b = k.b[:copy(k.b, k.b[over:])]
		k.at += uint32(over)
		a.keptAll -= over
	}
	k.b = append(k.b, b...)
	a.keptAll += len(b)
	return differs
}

// release forgets what has been confirmed.
func (s *strict) release(d Dir, ack uint32) {
	k := &s.kept[d]
	if n := int32(ack - k.at); n > 0 && len(k.b) > 0 {
		gone := min(int(n), len(k.b))
		*s.held -= gone
		k.at += uint32(gone)
		if k.b = k.b[:copy(k.b, k.b[gone:])]; len(k.b) == 0 && cap(k.b) > maxKept/8 {
			k.b = nil
		}
	}
}
