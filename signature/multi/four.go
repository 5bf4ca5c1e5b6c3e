package multi

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxFours is up to how many short patterns are found by four bytes: more would let too many other bytes pass.
const maxFours = 256

// fours is over how many classes patterns are spread: each has a bit in one of two sets of tables.
const fours = 16

// newFour makes the tables in which the four bytes of grams have the bits of their classes, by the byte's place and its index. Grams
// that begin alike come into one class, so that each lets few other bytes pass.
func newFour(grams []gram) *[2][4][64]byte {
	grams = slices.Clone(grams)
	slices.SortStableFunc(grams, func(a, b gram) int {
		return cmp.Compare(bits.ReverseBytes32(uint32(a.key)), bits.ReverseBytes32(uint32(b.key)))
	})
	t := &[2][4][64]byte{}
	for i := range grams {
		class := i * fours / len(grams)
		for k := range 4 {
			t[class/8][k][indexOf(byte(grams[i].key>>(8*k)))] |= 1 << (class % 8)
		}
	}
	return t
}

// indexOf is the place of a byte in a table of 64: without the case bit, and without the highest.
func indexOf(c byte) byte { return c&0x1f | c>>1&0x20 }
