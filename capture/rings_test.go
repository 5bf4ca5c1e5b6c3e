package capture

import (
	"encoding/binary"
	"errors"
	"testing"
)

// TestRingsInOrder captures both directions of a line on an interface each, as from a tap: the packets come in the order in which
// they went by, or the answer would stand before its question.
func TestRingsInOrder(t *testing.T) {
	ns := town(t)
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs0", "ygs1"}, ns, 8
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const all, mark = 400, 0x79616775
	var frames [][]byte
	for i := range all {
		f := frame("10.0.0.1", "10.0.0.2", 60)
		binary.BigEndian.PutUint32(f[50:], mark)
		binary.BigEndian.PutUint32(f[54:], uint32(i))
		frames = append(frames, f)
	}
	inject(t, ns, frames, "ygs0", "ygs1")
	var p Packet
	next, late := uint32(0), 0
	for idle := 0; idle < 3 && next < all; {
		if err := l.Next(&p); errors.Is(err, ErrIdle) {
			idle++
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.Data) < 58 || p.Outgoing || binary.BigEndian.Uint32(p.Data[50:]) != mark {
			continue
		}
		if n := binary.BigEndian.Uint32(p.Data[54:]); n < next {
			late++
		} else {
			next = n + 1
		}
	}
	if next != all || late > 0 {
		t.Errorf("%d of %d packets came behind later ones; the last was %d", late, all, next)
	}
}
