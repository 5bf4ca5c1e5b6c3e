package multi

import (
	"cmp"
	"math/bits"
	"slices"
)

// fours is over how many classes patterns are spread: each has a bit in one of two sets of tables.
const fours = 16

// four says where four bytes of a pattern may stand: where some class has all of them.
type four struct {
	tables [2][4][64]byte // bits of classes, by the place and the index of a byte
	halves [4][2][16]byte // bits of half as many classes, by the place and the lower and the upper half of a byte, folded
	blank  byte           // 0: not where all of them are blanks, of which traffic has long runs
}

// newFour makes the tables of grams. Those that begin alike come into one class, so that each lets few other bytes pass.
func newFour(grams []gram) *four {
	grams = slices.Clone(grams)
	slices.SortStableFunc(grams, func(a, b gram) int {
		return cmp.Compare(bits.ReverseBytes32(uint32(a.key)), bits.ReverseBytes32(uint32(b.key)))
	})
	t := &four{}
	for i := range grams {
		if grams[i].key == fold&maskOf(4) {
			t.blank = 0xff
		}
		class := i * fours / len(grams)
		for k := range 4 {
			c := byte(grams[i].key >> (8 * k))
			t.tables[class/8][k][indexOf(c)] |= 1 << (class % 8)
			t.halves[k][0][c&15] |= 1 << (class / 2)
			t.halves[k][1][c>>4] |= 1 << (class / 2)
		}
	}
	return t
}

// indexOf is the place of a byte in a table of 64: without the case bit, and without the highest.
func indexOf(c byte) byte { return c&0x1f | c>>1&0x20 }
