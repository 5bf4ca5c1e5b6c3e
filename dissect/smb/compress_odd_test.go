package smb

import (
	"encoding/binary"
	"testing"
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
