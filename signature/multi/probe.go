package multi

import "encoding/binary"

// A probe looks through blocks of 32 bytes for places that deserve a closer look, and tells them as bits. It reads up to
// probeAhead bytes behind its last block. Each has two bodies that say the same: one in Go, one for AVX2, which looks up eight
// places at a time.
const (
	block      = 32
	probeAhead = 4
	chunk      = 256 // blocks that are probed at a time: 8 KiB stay in the processor's first cache
	whole      = 16  // blocks of a text that is copied whole, so that one probe sees it all
)

// Multipliers of the hash of a gram (Knuth, TAOCP vol. 3 § 6.4: about 2^32 / golden ratio, odd).
const (
	mul0 = 0x9e3779b1
	mul1 = 0x85ebca6b
)

// hash5 is the hash of a folded 5-gram; a bitmap's index are its upper bits.
func hash5(x uint64) uint32 { return uint32(x)*mul0 + uint32(x>>8)*mul1 }

// hash3 is the hash of a folded 3-gram; a fourth byte does not count.
func hash3(x uint64) uint32 { return uint32(x) * (mul0 << 8 & 0xffffffff) }

// bit is what the bitmap says of a hash.
func (t *tier) bit(h uint32) byte {
	k := h >> (t.shift & 31)
	return byte(t.bitmap[k/32] >> (k & 31) & 1)
}

// longBits sets bit j of out[i] when a 5-gram of t may begin at byte 32 i + 4 j.
func longBits(b []byte, blocks int, t *tier, out *[chunk]byte) {
	for i := range blocks {
		x, m := (*[block + probeAhead]byte)(b[i*block:]), byte(0)
		for j := range 8 {
			g := uint64(binary.LittleEndian.Uint32(x[4*j:])) | uint64(x[4*j+4])<<32
			m |= t.bit(hash5(g|fold)) << j
		}
		out[i] = m
	}
}

// shortBits sets bit j of out[2i] when a 3-gram of t may begin at byte 32 i + 4 j, and of out[2i+1] when at 32 i + 4 j + 2.
func shortBits(b []byte, blocks int, t *tier, out *[2 * chunk]byte) {
	for i := range blocks {
		x, m, n := (*[block + probeAhead]byte)(b[i*block:]), byte(0), byte(0)
		for j := range 8 {
			g := uint64(binary.LittleEndian.Uint32(x[4*j:]))
			h := uint64(binary.LittleEndian.Uint32(x[4*j+2:]))
			m |= t.bit(hash3(g|fold)) << j
			n |= t.bit(hash3(h|fold)) << j
		}
		out[2*i], out[2*i+1] = m, n
	}
}

// tinyBits sets bit j of out[i] when a pattern of a live bucket may begin at byte 32 i + j.
func tinyBits(b []byte, blocks int, tables *[4][16]byte, live byte, out *[chunk]uint32) (any uint32) {
	for i := range blocks {
		var m uint32
		for j := range block {
			c, d := b[i*block+j]|0x20, b[i*block+j+1]|0x20
			if tables[0][c&15]&tables[1][c>>4]&tables[2][d&15]&tables[3][d>>4]&live != 0 {
				m |= 1 << j
			}
		}
		out[i] = m
		any |= m
	}
	return any
}

// pieces cuts a text into runs of whole blocks with what a probe reads ahead; what stands behind the text is zero.
type pieces struct {
	rest []byte
	at   int // where in the text the piece that next gave begins
	end  int
	last *[whole*block + probeAhead]byte
}

// next gives a piece of so many blocks; 0 when all were given.
func (p *pieces) next() (b []byte, blocks int) {
	p.at = p.end
	switch n := len(p.rest); {
	case n == 0:
		return nil, 0
	case n > whole*block:
		b, blocks = p.rest, min((n-probeAhead)/block, chunk)
	default:
		blocks = (n + block - 1) / block
		clear(p.last[copy(p.last[:], p.rest) : blocks*block+probeAhead])
		b = p.last[:]
	}
	p.end = p.at + blocks*block
	p.rest = p.rest[min(blocks*block, len(p.rest)):]
	return b, blocks
}
