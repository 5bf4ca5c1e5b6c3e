package smb

import (
	"math"
	"sync"
)

// What is looked at of a written file to tell noise from text.
const (
	blockSize = 1024     // bytes of one block
	leastPart = 512      // of a smaller block nothing can be said: even noise does not reach the threshold
	between   = 64 << 10 // distance of the blocks within a file
	maxBlocks = 16       // a file
	denseBits = 7.2      // bits a byte; noise has 7.8 in a block, text 4 to 6
)

// logs are n·log2 n.
var logs = sync.OnceValue(func() *[blockSize + 1]float64 {
	var t [blockSize + 1]float64
	for n := 2; n <= blockSize; n++ {
		t[n] = float64(n) * math.Log2(float64(n))
	}
	return &t
})

// density counts the blocks of a file that were looked at: those that begin at multiples of between.
type density struct {
	count         *[256]uint16 // of the block that is coming, nil where none is
	n             int          // bytes of it so far
	at            uint64       // offset of the next
	blocks, dense uint8
}

// look takes a piece of a file at its offset.
func (d *density) look(offset uint64, b []byte) {
	for len(b) > 0 && d.blocks < maxBlocks {
		if d.n > 0 && offset != d.at {
			d.end()
		}
		if d.n == 0 {
			skip := (between - offset%between) % between
			if skip >= uint64(len(b)) {
				return
			}
			offset, b = offset+skip, b[skip:]
			if d.count == nil {
				d.count = new([256]uint16)
			}
		}
		k := min(blockSize-d.n, len(b))
		for _, c := range b[:k] {
			d.count[c]++
		}
		d.n += k
		offset, b = offset+uint64(k), b[k:]
		if d.at = offset; d.n == blockSize {
			d.end()
		}
	}
}

// end judges the block that was coming, if there is enough of it.
func (d *density) end() {
	if d.n >= leastPart && d.blocks < maxBlocks {
		d.blocks++
		if entropy(d.count, d.n) >= denseBits {
			d.dense++
		}
	}
	if d.n > 0 {
		*d.count, d.n = [256]uint16{}, 0
	}
}

// entropy is Shannon's, in bits a byte, of n bytes, at most one block.
func entropy(count *[256]uint16, n int) float64 {
	l, sum := logs(), 0.0
	for _, c := range count {
		sum += l[c]
	}
	return (l[n] - sum) / float64(n)
}
