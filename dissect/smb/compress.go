package smb

import (
	"bytes"
	"encoding/binary"

	"github.com/pierrec/lz4/v4"

	"github.com/yagura-project/yagura/dissect/xca"
)

// Compression of SMB 3.1.1 (MS-SMB2 §2.2.42).
const (
	maxCompressed = 128 << 10      // a compressed message up to this size is waited for; a larger one is gathered
	maxExpanded   = 8<<20 + 64<<10 // hosts offer 8 MiB at most
	freeExpanded  = 1<<20 + 64<<10 // of a message, beyond which the ratio is held against bombRatio
	chained       = 1
	maxChained    = 64      // parts of a message
	bombFrom      = 4 << 20 // bytes that came out on a connection, from which on the ratio is held against bombRatio
	bombRatio     = 128
)

// Algorithms (§2.2.3.1.3).
const (
	algNone    = 0
	algLZNT1   = 1
	algLZ77    = 2
	algHuffman = 3
	algPattern = 4
	algLZ4     = 5
)

// compressed reads a message of which all is here; false when it cannot be undone.
func (c *conn) compressed(h *half, b []byte) bool {
	if overflows(b) {
		e := c.event("")
		e.Odd = "compression_overflow"
		c.f.Emit(e)
		return false
	}
	if c.gave > bombFrom && c.gave/bombRatio > c.took {
		c.f.AddEvicted(1)
		return false
	}
	d, ok := expand(b)
	c.took, c.gave = c.took+uint64(len(b)), c.gave+uint64(len(d))
	if !ok || len(d) < headLen || magicOf(d) != magic2 {
		return false
	}
	for len(d) >= headLen {
		m, size := readHeader(d), len(d)
		if m.next >= headLen && int(m.next) < size {
			size = int(m.next)
		}
		c.showFrames(h, d[:size], size)
		c.dispatch(h, &m, body(d[:size]), size)
		d = d[size:]
	}
	return true
}

// overflows: the sizes that the header of a compressed message names add up to more than any message has (§2.2.42.1;
// CVE-2020-0796 makes their sum wrap around).
func overflows(b []byte) bool {
	le := binary.LittleEndian
	if len(b) < 16 || le.Uint16(b[10:])&chained != 0 {
		return false
	}
	return uint64(le.Uint32(b[4:]))+uint64(le.Uint32(b[12:])) > 2*maxFrame
}

// expand undoes the compression of a whole message.
func expand(b []byte) ([]byte, bool) {
	le := binary.LittleEndian
	if len(b) < 16 {
		return nil, false
	}
	total := int(le.Uint32(b[4:]))
	if total > maxExpanded || total > freeExpanded && total/bombRatio > len(b) {
		return nil, false
	}
	if le.Uint16(b[10:])&chained != 0 {
		return parts(b[8:], total)
	}
	offset := int(le.Uint32(b[12:]))
	if offset > len(b)-16 || offset > maxExpanded {
		return nil, false
	}
	out, err := undo(le.Uint16(b[8:]), b[16+offset:], total)
	if err != nil {
		return nil, false
	}
	return append(b[16:16+offset:16+offset], out...), true
}

// parts undoes a chain, each part of which has its own algorithm (§2.2.42.2).
func parts(b []byte, total int) (out []byte, ok bool) {
	le := binary.LittleEndian
	for n := 0; len(b) >= 8; n++ {
		alg, size := le.Uint16(b), int(le.Uint32(b[4:]))
		if b = b[8:]; size > len(b) || n >= maxChained {
			return nil, false
		}
		part := b[:size]
		b = b[size:]
		switch {
		case alg == algNone:
			out = append(out, part...)
		case alg == algPattern && size >= 8:
			count := int(le.Uint32(part[4:]))
			if count > total-len(out) {
				return nil, false
			}
			out = append(out, bytes.Repeat(part[:1], count)...)
		case size >= 4:
			want := int(le.Uint32(part))
			if want > total-len(out) {
				return nil, false
			}
			piece, err := undo(alg, part[4:], want)
			if err != nil {
				return nil, false
			}
			out = append(out, piece...)
		default:
			return nil, false
		}
		if len(out) > total {
			return nil, false
		}
	}
	return out, len(out) == total
}

func undo(alg uint16, b []byte, size int) ([]byte, error) {
	switch alg {
	case algLZNT1:
		return xca.LZNT1(b, size)
	case algLZ77:
		return xca.LZ77(b, size)
	case algHuffman:
		return xca.Huffman(b, size)
	case algLZ4:
		return lz4Block(b, size)
	}
	return nil, xca.ErrData
}

// lz4Block undoes one block of LZ4, which Windows has since 11 24H2: exactly size bytes come out, at most 255 times those that went in.
func lz4Block(b []byte, size int) ([]byte, error) {
	if size > 255*len(b) {
		return nil, xca.ErrData
	}
	out := make([]byte, size)
	n, err := lz4.UncompressBlock(b, out)
	if err != nil || n != size {
		return nil, xca.ErrData
	}
	return out, nil
}

// gather takes the next bytes of a compressed message that is too large to wait for; where there is no room, the rest is passed over.
func (c *conn) gather(h *half, b []byte) int {
	n := min(h.left, len(b))
	if h.left-n+len(h.packed) > maxExpanded || !c.f.Hold(n) {
		c.dropPacked(h)
		h.element = h.left
		return c.passed(h, n)
	}
	h.packed = append(h.packed, b[:n]...)
	h.left -= n
	if h.left == 0 {
		whole := h.packed
		c.f.Release(len(whole))
		if h.packed = nil; !c.compressed(h, whole) {
			c.f.AddOpaque(len(whole))
		}
	}
	return n
}

// dropPacked gives up what was gathered, and what is to come of it.
func (c *conn) dropPacked(h *half) {
	c.f.Release(len(h.packed))
	c.f.AddOpaque(len(h.packed) + h.left)
	h.packed = nil
}
