//go:build !purego

package multi

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// These are variables so that tests can compare what runs on different processors.
var (
	hasAVX2 = cpu.X86.HasAVX2
	hasVBMI = cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512F
)

// maxFours is up to how many short patterns are found by four bytes here: more would let too many other bytes pass.
func maxFours() int {
	switch {
	case hasVBMI:
		return manyFours
	case hasAVX2:
		return manyFours / 2 // half the classes, and a byte is known by its halves alone
	}
	return 0
}

//go:noescape
func probeLongAVX2(text *byte, blocks int, filter *uint32, shift uint32, out *byte)

//go:noescape
func probeShortAVX2(text *byte, blocks int, filter *uint32, shift uint32, out *byte)

//go:noescape
func probeFourAVX2(text *byte, blocks int, halves *[4][2][16]byte, blank byte, out *uint32)

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
	switch {
	case t.four != nil && hasVBMI:
		probeFourVBMI(&b[0], (blocks+1)/2, &t.four.tables, t.four.blank, &r.rows[0])
		return r.ofRows(blocks)
	case t.four != nil:
		rows := (*[chunk]uint32)(unsafe.Pointer(&r.rows))
		probeFourAVX2(&b[0], (blocks+1)&^1, &t.four.halves, t.four.blank, &rows[0])
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
