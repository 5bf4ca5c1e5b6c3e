package smb

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// writeRequest is a session message with one WRITE of n bytes.
func writeRequest(id uint64, handle byte, offset uint64, n int) []byte {
	b := make([]byte, frameHead+headLen+fixedLen+n)
	le := binary.LittleEndian
	binary.BigEndian.PutUint32(b, uint32(len(b)-frameHead))
	m := b[frameHead:]
	copy(m, "\xfeSMB")
	le.PutUint16(m[4:], headLen)
	le.PutUint16(m[12:], cmdWrite)
	le.PutUint64(m[24:], id)
	w := m[headLen:]
	le.PutUint16(w, 49)
	le.PutUint16(w[2:], headLen+fixedLen)
	le.PutUint32(w[4:], uint32(n))
	le.PutUint64(w[8:], offset)
	w[16] = handle
	return b
}

// TestStreams gives a large write in segments: nothing of it may stay behind.
func TestStreams(t *testing.T) {
	c := newConn(&dissect.Flow{Emit: func(event.Event) {}})
	b := writeRequest(1, 7, 0, 1<<20)
	pending := 0
	for at := 0; at < len(b); {
		end := min(len(b), at+pending+1460)
		n, err := c.Data(dissect.Orig, b[at:end])
		if err != nil {
			t.Fatal(err)
		}
		at += n
		if pending = end - at; pending > headLen+fixedLen {
			t.Fatalf("%d bytes are left over", pending)
		}
	}
	f := c.files[fileID{7}]
	if f == nil || f.written.bytes != 1<<20 || f.written.file.Next != 1<<20 {
		t.Errorf("%+v", f)
	}
}

// BenchmarkWrite is one core's rate for file data that is hashed.
func BenchmarkWrite(b *testing.B) {
	c := newConn(&dissect.Flow{Now: time.Unix(1, 0), Emit: func(event.Event) {}})
	data := writeRequest(1, 7, 0, 1<<20)
	b.SetBytes(int64(len(data)))
	var offset uint64
	for b.Loop() {
		binary.LittleEndian.PutUint64(data[frameHead+headLen+8:], offset)
		offset += 1 << 20
		for at := 0; at < len(data); {
			n, err := c.Data(dissect.Orig, data[at:min(len(data), at+1460)])
			if err != nil || n == 0 {
				b.Fatal(n, err)
			}
			at += n
		}
	}
}
