//go:build !purego

package multi

import "golang.org/x/sys/cpu"

// hasAVX2 is a variable so that tests can compare both bodies of the probes.
var hasAVX2 = cpu.X86.HasAVX2

//go:noescape
func probeLongAVX2(text *byte, blocks int, bitmap *uint32, shift uint32, out *byte)

//go:noescape
func probeShortAVX2(text *byte, blocks int, bitmap *uint32, shift uint32, out *byte)

//go:noescape
func probeTinyAVX2(text *byte, blocks int, tables *[4][16]byte, live byte, out *uint32) (any uint32)

func probeLong(b []byte, blocks int, t *tier, out *[chunk]byte) {
	if !hasAVX2 {
		longBits(b, blocks, t, out)
		return
	}
	_ = b[blocks*block+probeAhead-1]
	probeLongAVX2(&b[0], blocks, &t.bitmap[0], uint32(t.shift), &out[0])
}

func probeShort(b []byte, blocks int, t *tier, out *[2 * chunk]byte) {
	if !hasAVX2 {
		shortBits(b, blocks, t, out)
		return
	}
	_ = b[blocks*block+probeAhead-1]
	probeShortAVX2(&b[0], blocks, &t.bitmap[0], uint32(t.shift), &out[0])
}

func probeTiny(b []byte, blocks int, tables *[4][16]byte, live byte, out *[chunk]uint32) uint32 {
	if !hasAVX2 {
		return tinyBits(b, blocks, tables, live, out)
	}
	_ = b[blocks*block+probeAhead-1]
	return probeTinyAVX2(&b[0], blocks, tables, live, &out[0])
}
