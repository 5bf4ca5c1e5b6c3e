package reassembly

import (
	"encoding/binary"
	"testing"
)

// FuzzHalf takes its bytes for segments, eight each: whatever comes in whatever order, each byte of the stream is handed over once or told as lost,
// and what waits stays bounded.
func FuzzHalf(f *testing.F) {
	f.Add([]byte{0, 0, 0, 10, 0, 9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0})
	f.Add([]byte{0, 0, 4, 0, 9, 0, 40, 0, 0, 0, 2, 0, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0})
	f.Add([]byte{1, 0, 127, 0, 0, 9, 0, 0, 2, 0, 0, 5, 0, 9, 0, 0, 3, 0, 0, 90, 0, 9, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, h, got := NewPool(0), Half{}, &counted{}
		h.Sync(0)
		if len(b) >= 8 {
			got.policy = Policy(b[7] & 0x7f % 5)
		}
		jumps := uint32(0)
		for ; len(b) >= 8; b = b[8:] {
			seq := binary.BigEndian.Uint32(append([]byte{b[0] >> 2}, b[1:4]...))
			size, cut := int(binary.BigEndian.Uint16(b[4:]))%9000, int(b[6])*8
			if b[7]&0x80 != 0 {
				h.Relent(p, 0, got)
			}
			switch before := h.Next(); b[0] & 3 {
			case 0:
				h.Add(p, seq, make([]byte, size), cut, 0, got)
			case 1:
				h.Add(p, before+uint32(b[3]), make([]byte, size), 0, 0, got)
			case 2:
				h.Acked(p, before+seq&0xffff, 0)
			case 3:
				if h.InOrder(before, size) {
					got.n += uint32(size)
				}
			}
			if got.far {
				got.far = false
				jumps += h.Next() - got.n - jumps // the stream goes on elsewhere
			}
			if h.Next() != got.n+jumps || heldBy(p, &h) > MaxWaiting || p.Used() != heldBy(p, &h) || p.busy > 1 || (h.waits != 0) != (p.Used() > 0) {
				t.Fatalf("at %d after %d bytes, %d wait, %d buffers", h.Next(), got.n, heldBy(p, &h), p.Used())
			}
		}
		if h.Flush(p, got); p.Used() != 0 || h.Next() != got.n+jumps {
			t.Fatalf("%d buffers are left, at %d after %d bytes", p.Used(), h.Next(), got.n)
		}
	})
}

func heldBy(p *Pool, h *Half) int { return int(p.queues[h.waits].waiting) }

// counted counts what is handed over and what is lost.
type counted struct {
	n   uint32
	far bool // the stream jumped

	policy Policy
}

func (c *counted) Data(b []byte)  { c.n += uint32(len(b)) }
func (c *counted) Owner() uint32  { return 0 }
func (c *counted) Policy() Policy { return c.policy }
func (c *counted) Gap(n int) {
	c.n += uint32(n)
	c.far = c.far || n == maxWindow
}
