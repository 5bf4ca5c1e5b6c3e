package smb

import (
	"encoding/binary"
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

func TestOverflows(t *testing.T) {
	b := make([]byte, 32)
	for _, x := range []struct {
		total, offset uint32
		flags         uint16
		want          bool
	}{{4096, 0, 0, false}, {0xffffffff, 0, 0, true}, {4096, 0xffffffff, 0, true}, {1 << 20, 100, 0, false}, {4096, 0xffffffff, chained, false}} {
		binary.LittleEndian.PutUint32(b[4:], x.total)
		binary.LittleEndian.PutUint16(b[10:], x.flags)
		binary.LittleEndian.PutUint32(b[12:], x.offset)
		if got := overflows(b); got != x.want {
			t.Errorf("sizes %d and %d: %v, want %v", x.total, x.offset, got, x.want)
		}
	}
}

// TestBomb sends messages of 60 bytes that each stand for a megabyte: they are undone only as long as the ratio is one of files.
func TestBomb(t *testing.T) {
	x := newTalk(t, false)
	w := writeRequest(2, 9, 0, 0)[frameHead:]
	le.PutUint32(w[headLen+4:], 1<<20)
	b := append([]byte("\xfcSMB"), le.AppendUint32(nil, uint32(len(w)+1<<20))...)
	b = append(b, 0, 0, 1, 0)
	b = append(le.AppendUint32(b, uint32(len(w))), w...)
	b = append(b, algPattern, 0, 0, 0, 8, 0, 0, 0, 'x', 0, 0, 0, 0, 0, 16, 0)
	b = append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
	const messages = 200
	for range messages {
		x.say(dissect.Orig, b)
	}
	if x.c.gave > bombFrom+2<<20 || x.c.gave < bombFrom {
		t.Errorf("%d bytes came out of %d", x.c.gave, messages*len(b))
	}
}
