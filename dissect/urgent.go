package dissect

import (
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
// Linux takes a pointer of 0 as 1, and one behind the segment for a byte that comes.
func (s *strict) urge(l *decode.Layers, d Dir, linux bool) {
	if l.Flags&event.FlagURG == 0 || len(l.L4) < 20 {
		return
	}
	p := int(binary.BigEndian.Uint16(l.L4[18:]))
	if linux {
		p = max(p, 1)
	} else if p == 0 || p > len(l.Payload) {
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
