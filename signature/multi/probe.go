package multi

import (
	"encoding/binary"
	"math/bits"
)

// A probe looks through blocks of 32 bytes for places that deserve a closer look, and tells them. It may read up to
// probeAhead bytes behind its last block. Each has two bodies that say the same: one in Go, one for AVX2, which looks up eight
// places at a time. Where short patterns are few, they are found by four bytes instead of grams, each looked up in tables that
// stand in registers, with AVX2 by its halves, with AVX-512 VBMI whole and 64 bytes at a time: a third and an eighth of the
// instructions, and nothing to be gathered from memory.
const (
	block      = 32
	probeAhead = 40
	chunk      = 256 // blocks that are probed at a time: 8 KiB stay in the processor's first cache
	whole      = 16  // blocks of a text that is copied whole, so that one probe sees it all
)

// Multipliers of the hash of a gram (Knuth, TAOCP vol. 3 § 6.4: about 2^32 / golden ratio, odd).
const (
	mul0 = 0x9e3779b1
	mul1 = 0x85ebca6b
)

// hash5 is the hash of a folded 5-gram; a filter's index are its upper bits.
func hash5(x uint64) uint32 { return uint32(x)*mul0 + uint32(x>>8)*mul1 }

// hash3 is the hash of a folded 3-gram; a fourth byte does not count.
func hash3(x uint64) uint32 { return uint32(x) * (mul0 << 8 & 0xffffffff) }

// bit is what the filter says of a hash: a gram has two bits in one word (a blocked Bloom filter).
func (t *tier) bit(h uint32) byte {
	w, k := t.filter[h>>(t.shift&31)], h^h>>15
	return byte(w >> (k & 31) & (w >> (k >> 5 & 31)) & 1)
}

// mark sets the bits of a hash.
func (t *tier) mark(h uint32) {
	k := h ^ h>>15
	t.filter[h>>(t.shift&31)] |= 1<<(k&31) | 1<<(k>>5&31)
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

// longPlaces gives what longBits tells as places in the text.
func longPlaces(b []byte, blocks int, t *tier, r *room) []uint32 {
	longBits(b, blocks, t, &r.long)
	return r.ofLong(blocks)
}

// shortPlaces gives what shortBits tells as places in the text.
func shortPlaces(b []byte, blocks int, t *tier, r *room) []uint32 {
	shortBits(b, blocks, t, &r.short)
	return r.ofShort(blocks)
}

// room is for what probes say, used again and again.
type room struct {
	long   [chunk]byte
	short  [2 * chunk]byte
	rows   [chunk / 2]uint64
	tiny   [chunk]uint32
	places [chunk * block]uint32
	last   [whole*block + probeAhead]byte
}

// ofLong are the places that bits tell.
func (r *room) ofLong(blocks int) []uint32 {
	n := 0
	clear(r.long[blocks:min(blocks+7, chunk)])
	for k := 0; k < blocks; k += 8 {
		for m := binary.LittleEndian.Uint64(r.long[k : k+8]); m != 0; m &= m - 1 {
			r.places[n] = uint32(k*block + 4*bits.TrailingZeros64(m))
			n++
		}
	}
	return r.places[:n]
}

// ofShort are the places that bits tell.
func (r *room) ofShort(blocks int) []uint32 {
	n := 0
	clear(r.short[2*blocks : min(2*blocks+7, 2*chunk)])
	for k := 0; k < 2*blocks; k += 8 {
		for m := binary.LittleEndian.Uint64(r.short[k : k+8]); m != 0; m &= m - 1 {
			j := bits.TrailingZeros64(m)
			r.places[n] = uint32((k/2+j>>4)*block + 4*(j&7) + 2*(j>>3&1))
			n++
		}
	}
	return r.places[:n]
}

// ofRows are the places that bits tell.
func (r *room) ofRows(blocks int) []uint32 {
	n := 0
	for k, m := range r.rows[:(blocks+1)/2] {
		for ; m != 0; m &= m - 1 {
			r.places[n] = uint32(64*k + bits.TrailingZeros64(m))
			n++
		}
	}
	return r.places[:n]
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

// pieces cuts a text into runs of whole blocks with what a probe reads ahead. What stands behind the text is what happens to stand in
// the same piece of memory, or zero: it makes no pattern found.
type pieces struct {
	rest []byte
	at   int // where in the text the piece that next gave begins
	end  int
	last *[whole*block + probeAhead]byte
}

// next gives a piece of so many blocks; 0 when all were given.
func (p *pieces) next() (b []byte, blocks int) {
	p.at = p.end
	n := len(p.rest)
	if n == 0 {
		return nil, 0
	}
	blocks = min((n+block-1)/block, chunk)
	if size := blocks*block + probeAhead; size <= cap(p.rest) {
		b = p.rest[:size]
	} else if n > whole*block {
		b, blocks = p.rest, min((n-probeAhead)/block, chunk)
	} else {
		clear(p.last[copy(p.last[:], p.rest):size])
		b = p.last[:size]
	}
	p.end = p.at + blocks*block
	p.rest = p.rest[min(blocks*block, n):]
	return b, blocks
}
