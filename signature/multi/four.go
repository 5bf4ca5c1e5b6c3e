package multi

import (
	"cmp"
	"math/bits"
	"slices"
)

// fours is over how many classes patterns are spread: each has a bit in one of two sets of tables.
const fours = 16

// manyFours is up to how many patterns are found so where a byte is known by its index.
const manyFours = 256

// four says where four bytes of a pattern may stand: where some class has all of them.
type four struct {
	tables [2][4][64]byte // bits of classes, by the place and the index of a byte
	halves [4][2][16]byte // bits of half as many classes, by the place and the lower and the upper half of a byte, folded
	blank  byte           // 0: not where all of them are blanks, of which traffic has long runs
}

// newFour makes the tables of grams, those that this processor needs.
func newFour(grams []gram) *four {
	t := &four{}
	keys := make([]uint32, len(grams))
	for i := range grams {
		if keys[i] = uint32(grams[i].key); grams[i].key == fold&maskOf(4) {
			t.blank = 0xff
		}
	}
	if maxFours() < manyFours {
		t.halve(keys)
		return t
	}
	for class, members := range classes(keys, fours, passIndexed) {
		for _, key := range members {
			for k := range 4 {
				t.tables[class/8][k][indexOf(byte(key>>(8*k)))] |= 1 << (class % 8)
			}
		}
	}
	return t
}

// halve makes the tables of bytes' halves.
func (t *four) halve(keys []uint32) {
	for class, members := range classes(keys, fours/2, passHalved) {
		for _, key := range members {
			for k := range 4 {
				c := byte(key >> (8 * k))
				t.halves[k][0][c&15] |= 1 << class
				t.halves[k][1][c>>4] |= 1 << class
			}
		}
	}
}

// indexOf is the place of a byte in a table of 64: without the case bit, and without the highest.
func indexOf(c byte) byte { return c&0x1f | c>>1&0x20 }

// sortings is how often all keys are gone through to find each a better class.
const sortings = 4

// classes spreads keys over n classes so that each lets few other bytes pass: those that begin alike first come together, then each
// goes where it does least harm.
func classes(keys []uint32, n int, pass func([]uint32) float64) [][]uint32 {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b uint32) int { return cmp.Compare(bits.ReverseBytes32(a), bits.ReverseBytes32(b)) })
	keys = slices.Compact(keys)
	all, costs := make([][]uint32, n), make([]float64, n)
	for i, key := range keys {
		class := i * n / len(keys)
		all[class] = append(all[class], key)
	}
	for i := range all {
		costs[i] = pass(all[i])
	}
	for range sortings {
		for _, key := range keys {
			better(key, all, costs, pass)
		}
	}
	return all
}

// better moves a key to the class where it does least harm.
func better(key uint32, all [][]uint32, costs []float64, pass func([]uint32) float64) {
	own := slices.IndexFunc(all, func(class []uint32) bool { return slices.Contains(class, key) })
	rest := slices.DeleteFunc(slices.Clone(all[own]), func(k uint32) bool { return k == key })
	without := pass(rest)
	best, least := own, costs[own]-without
	for i := range all {
		if i == own {
			continue
		}
		if more := pass(append(all[i], key)) - costs[i]; more < least {
			best, least = i, more
		}
	}
	if best != own {
		all[own], costs[own] = rest, without
		all[best] = append(all[best], key)
		costs[best] += least
	}
}

// often is how often each byte comes, folded: half of all is like ordinary text, half like anything.
var often = func() (t [256]float64) {
	for c := range t {
		t[c|0x20] += 0.5 / 256
	}
	for i := range len(ordinary) {
		t[ordinary[i]|0x20] += 0.5 / float64(len(ordinary))
	}
	return t
}()

// oftenIndexed is the same by the index of a byte.
var oftenIndexed = func() (t [64]float64) {
	for c, p := range often {
		t[indexOf(byte(c))] += p
	}
	return t
}()

// passIndexed is how often four bytes pass for one of keys, where a byte is known by its index.
func passIndexed(keys []uint32) float64 {
	all := 1.0
	for k := range 4 {
		var seen uint64
		for _, key := range keys {
			seen |= 1 << indexOf(byte(key>>(8*k)))
		}
		p := 0.0
		for ; seen != 0; seen &= seen - 1 {
			p += oftenIndexed[bits.TrailingZeros64(seen)]
		}
		all *= p
	}
	return all
}

// passHalved is how often four bytes pass for one of keys, where a byte is known by its halves.
func passHalved(keys []uint32) float64 {
	all := 1.0
	for k := range 4 {
		var lower, upper uint
		for _, key := range keys {
			lower |= 1 << (key >> (8 * k) & 15)
			upper |= 1 << (key >> (8*k + 4) & 15)
		}
		p := 0.0
		for ; upper != 0; upper &= upper - 1 {
			row := often[16*bits.TrailingZeros(upper):][:16]
			for m := lower; m != 0; m &= m - 1 {
				p += row[bits.TrailingZeros(m)]
			}
		}
		all *= p
	}
	return all
}
