package wire

import "math/bits"

// Room keeps the memory of bodies for the next ones. It is used by one goroutine.
type Room struct {
	free [maxRoom - minRoom + 1][][]byte // by the power of two that they hold
	kept int
}

// Sizes of what is kept, as powers of two, and of all together.
const (
	minRoom  = 12
	maxRoom  = 20
	keptRoom = 16 << 20
)

// take gives n bytes of room, empty.
func (r *Room) take(n int) []byte {
	k := max(bits.Len(uint(max(n, 1)-1)), minRoom)
	if r == nil || k > maxRoom {
		return make([]byte, 0, n)
	}
	list := &r.free[k-minRoom]
	if last := len(*list) - 1; last >= 0 {
		b := (*list)[last]
		(*list)[last] = nil
		*list = (*list)[:last]
		r.kept -= cap(b)
		return b[:0]
	}
	return make([]byte, 0, 1<<k)
}

// put takes room back; nobody may look at it any more.
func (r *Room) put(b []byte) {
	k := bits.Len(uint(cap(b))) - 1
	if r == nil || cap(b) == 0 || cap(b) != 1<<k || k < minRoom || k > maxRoom || r.kept+cap(b) > keptRoom {
		return
	}
	r.free[k-minRoom] = append(r.free[k-minRoom], b)
	r.kept += cap(b)
}

// Recycle takes back what a transaction's growing fields held, once no Inspector looks at it any more. No field holds bytes afterwards:
// another one may have shown the same.
func (r *Room) Recycle(t *Tx) {
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.grown {
			r.put(f.B)
		}
		f.B, f.grown = nil, false
	}
}
