//go:build !purego

package multi

import "golang.org/x/sys/cpu"

// These are variables so that tests can compare what runs on different processors.
var (
	hasAVX2 = cpu.X86.HasAVX2
	hasVBMI = cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512F
)

//go:noescape
func probeLongAVX2(text *byte, blocks int, filter *uint32, shift uint32, out *byte)

//go:noescape
func probeShortAVX2(text *byte, blocks int, filter *uint32, shift uint32, out *byte)

//go:noescape
func probeFourVBMI(text *byte, rows int, tables *[2][4][64]byte, blank byte, out *uint64)

//go:noescape
func probeThreeVBMI(text *byte, rows int, tables *[3][64]byte, live byte, out *uint32) (any uint64)

//go:noescape
func probeTinyAVX2(text *byte, blocks int, tables *[4][16]byte, live byte, out *uint32) (any uint32)

// probeLong gives the places where a 5-gram of t may begin.
func probeLong(b []byte, blocks int, t *tier, r *room) []uint32 {
	if !hasAVX2 {
		return longPlaces(b, blocks, t, r)
	}
	_ = b[blocks*block+probeAhead-1]
	probeLongAVX2(&b[0], blocks, &t.filter[0], uint32(t.shift), &r.long[0])
	return r.ofLong(blocks)
}

// probeShort gives the places where a 3-gram of t may begin, or four bytes of t's.
func probeShort(b []byte, blocks int, t *tier, r *room) []uint32 {
	if !hasAVX2 {
		return shortPlaces(b, blocks, t, r)
	}
	_ = b[blocks*block+probeAhead-1]
	if t.four != nil {
		probeFourVBMI(&b[0], (blocks+1)/2, &t.four.tables, t.four.blank, &r.rows[0])
		return r.ofRows(blocks)
	}
	probeShortAVX2(&b[0], blocks, &t.filter[0], uint32(t.shift), &r.short[0])
	return r.ofShort(blocks)
}

// probeTiny tells in out, by bits, where a pattern of a live bucket may begin; false: nowhere.
func probeTiny(b []byte, blocks int, t *tiny, live byte, out *[chunk]uint32) bool {
	if !hasAVX2 {
		return tinyBits(b, blocks, &t.tables, live, out) != 0
	}
	_ = b[blocks*block+probeAhead-1]
	if hasVBMI {
		return probeThreeVBMI(&b[0], (blocks+1)/2, &t.three, live, &out[0]) != 0
	}
	return probeTinyAVX2(&b[0], blocks, &t.tables, live, &out[0]) != 0
}
