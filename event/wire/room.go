package wire

import (
	"math/bits"

	"github.com/yagura-project/yagura/event/tree"
)

// Room keeps the memory of bodies for the next ones. It is used by one goroutine.
type Room struct {
	free [maxRoom - minRoom + 1][][]byte // by the power of two that they hold
	kept int

	fields [][]Field
	brief  []*Tx // transactions that nobody holds any more
}

// Sizes of what is kept, as powers of two, and of all together.
const (
	minRoom  = 12
	maxRoom  = 20
	keptRoom = 4 << 20

	startFields = 8       // of a transaction
	maxFields   = 64      // of one whose list is kept
	keptFields  = 1 << 10 // lists
	keptTxs     = 64
)

// begin gives a list of fields, empty.
func (r *Room) begin() []Field {
	if r == nil {
		return nil
	}
	n := len(r.fields) - 1
	if n < 0 {
		return make([]Field, 0, startFields)
	}
	list := r.fields[n]
	r.fields = r.fields[:n]
	return list
}

// Begin makes a transaction of the room's memory; r may be nil.
func (r *Room) Begin(id uint64, app string) *Tx {
	return &Tx{ID: id, App: app, Room: r, Fields: r.begin()}
}

// Brief makes a transaction that its parser forgets as soon as it has ended it; r may be nil.
func (r *Room) Brief(id uint64, app string) *Tx {
	var t *Tx
	if r != nil && len(r.brief) > 0 {
		last := len(r.brief) - 1
		t, r.brief = r.brief[last], r.brief[:last]
	} else {
		t = &Tx{}
	}
	*t = Tx{ID: id, App: app, Room: r, Fields: r.begin(), brief: true}
	return t
}

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

// Recycle takes back what a transaction held, once no Inspector looks at it any more. It has no fields afterwards.
func (r *Room) Recycle(t *Tx) {
	r.put(t.small)
	t.small = nil
	for i := range t.Fields {
		if f := &t.Fields[i]; f.grown {
			r.put(f.B)
		}
	}
	if c := cap(t.Fields); c > 0 && c <= maxFields && len(r.fields) < keptFields {
		clear(t.Fields)
		r.fields = append(r.fields, t.Fields[:0])
	}
	t.Fields, t.Said, t.Ask, t.Tale, t.marks = nil, tree.Node{}, nil, nil, nil
	if t.brief && t.Mine == nil && len(r.brief) < keptTxs {
		t.brief = false // once only
		r.brief = append(r.brief, t)
	}
}
