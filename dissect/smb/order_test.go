package smb

import "testing"

// TestOrder answers one request of many that wait: the order of the others is not written anew elsewhere.
func TestOrder(t *testing.T) {
	x := newTalk(t, false)
	q := &request{command: cmdFlush, session: &x.c.nobody, tree: &x.c.nowhere}
	for i := range uint64(maxRequests - 1) {
		x.c.keep(i, q)
	}
	if n := testing.AllocsPerRun(100, func() { x.c.keep(7, x.c.take(7)) }); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
}
