package multi

import (
	"encoding/binary"
	"math/bits"
)

// byHash finds patterns by a hash of some of their bytes: the first ones, or the last.
type byHash struct {
	len   int // of them: 1, 2, 4, 8, 16 or 32
	mask  uint32
	table []hashed // open addressing
}

type hashed struct{ hash, id uint32 } // id is 1 + number, 0 is free

// hashedLen is how many bytes of a pattern of n bytes are hashed.
func hashedLen(n int) int { return 1 << (bits.Len(uint(min(n, 32))) - 1) }

// byLen are patterns by how many bytes are hashed.
type byLen [6][]hashed

// add adds pattern id by b, of a length that hashedLen gave.
func (l *byLen) add(b []byte, id uint32) {
	n := bits.Len(uint(len(b))) - 1
	l[n] = append(l[n], hashed{hashOf(b, len(b)), id + 1})
}

// tables makes tables, the shortest first.
func (l *byLen) tables() (all []byHash) {
	for n, list := range l {
		if len(list) == 0 {
			continue
		}
		size := 1 << log2up(2*len(list))
		f := byHash{len: 1 << n, mask: uint32(size - 1), table: make([]hashed, size)}
		for _, x := range list {
			i := f.first(x.hash)
			for f.table[i].id != 0 {
				i = (i + 1) & f.mask
			}
			f.table[i] = x
		}
		all = append(all, f)
	}
	return all
}

// first is where those of a hash begin.
func (f *byHash) first(hash uint32) uint32 { return (hash ^ hash>>15) & f.mask }

// hashOf is the hash of the first n bytes, folded.
func hashOf(b []byte, n int) uint32 {
	var x uint64
	switch n {
	case 1:
		x = uint64(b[0])
	case 2:
		x = uint64(binary.LittleEndian.Uint16(b))
	case 4:
		x = uint64(binary.LittleEndian.Uint32(b))
	default:
		for i := 0; i < n; i += 8 {
			x = bits.RotateLeft64(x*spread, 29) ^ (binary.LittleEndian.Uint64(b[i:]) | fold)
		}
	}
	return uint32((x | fold) * spread >> 32)
}
