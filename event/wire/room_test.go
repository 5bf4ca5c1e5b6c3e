package wire

import (
	"bytes"
	"testing"
)

// TestRoom uses the memory of a transaction that has ended for the next one, and never for two at a time.
func TestRoom(t *testing.T) {
	var r Room
	grow := func(tx *Tx, i, n int) {
		for range n {
			tx.Grow(i, bytes.Repeat([]byte{byte('a' + i)}, 1000), 1<<20)
		}
	}
	x := &Tx{Room: &r}
	a, b := x.Begin(FileData, Orig), x.Begin(FileData, Resp)
	grow(x, a, 90)
	grow(x, b, 90)
	for i := range x.Fields {
		if f := x.Fields[i]; len(f.B) != 90_000 || bytes.Count(f.B, []byte{byte('a' + i)}) != 90_000 {
			t.Errorf("field %d holds %d bytes, not all its own", i, len(f.B))
		}
	}
	r.Recycle(x)
	if x.Fields != nil || r.kept == 0 {
		t.Error("nothing was taken back")
	}
	made := testing.AllocsPerRun(20, func() {
		next := r.Begin(1, "")
		grow(next, next.Begin(FileData, Orig), 90)
		r.Recycle(next)
	})
	if made -= 90; made > 1 { // the repeated bytes of grow, and the transaction itself
		t.Errorf("%v allocations for a body that fits what was kept", made)
	}
	for range 100 {
		r.put(make([]byte, 1<<maxRoom))
	}
	if r.kept > keptRoom {
		t.Errorf("%d bytes are kept", r.kept)
	}
}
