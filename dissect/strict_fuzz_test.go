package dissect

import (
	"testing"

	"github.com/yagura-project/yagura/event"
)

// FuzzSegments makes a conversation of bytes, eight for each segment: nothing may go wrong within, nothing may stay behind.
func FuzzSegments(f *testing.F) {
	f.Add([]byte{0, syn, 0, 0, 0, 0, 0, 0, 1, syn | ack, 0, 0, 0, 1, 0, 0, 0, ack, 0, 1, 0, 1, 5, 0, 1, rst | ack, 0, 1, 0, 6, 0, 0, 0, ack | event.FlagURG, 0, 6, 0, 1, 9, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		var segments []seg
		for ; len(b) >= 8 && len(segments) < 200; b = b[8:] {
			s := seg{from: Dir(b[0] & 1), flags: b[1] & 0x3f, seq: int(b[2])<<8 | int(b[3]), ack: int(b[4])<<8 | int(b[5]), urgent: uint16(b[7])}
			if b[0]&2 != 0 {
				s.seq = -s.seq
			}
			if b[0]&4 != 0 {
				s.stamp, s.echo = uint32(b[7]), uint32(b[6])
			}
			if b[0]&8 != 0 {
				s.window = uint16(b[6]) + 1
			}
			s.data = string(make([]byte, b[6]&0x7f))
			segments = append(segments, s)
		}
		r, a := played(segments...)
		if n := a.stats.DecodeErrors; n != 0 { // panics are counted there, too
			t.Fatalf("%d errors", n)
		}
		if len(r.events) > 12*len(segments) || a.keptAll > maxKeptAll {
			t.Fatalf("%d anomalies, %d bytes kept", len(r.events), a.keptAll)
		}
		a.Close()
		if a.keptAll != 0 || a.pool.Used() != 0 || a.held != 0 {
			t.Fatalf("%d and %d bytes, %d buffers are still held", a.keptAll, a.held, a.pool.Used())
		}
	})
}
