package dissect

import (
	"encoding/binary"
	"math/bits"

	"github.com/yagura-project/yagura/dissect/decode"
)

// chunk is how many flows are allocated together.
const chunk = 256

// table finds flows by key: open addressing over tags, flows in an arena that never moves.
type table struct {
	seed   [3]uint64
	slots  []uint64 // upper half: of the hash; lower half: 1 + index, 0 = empty
	chunks []*[chunk]flow
	free   []uint32
	made   uint32
	n      int
}

func newTable(seed uint64) table {
	return table{slots: make([]uint64, 1<<10), seed: seeds(seed)}
}

func seeds(seed uint64) (s [3]uint64) {
	for i := range s {
		seed += 0x9e3779b97f4a7c15 // SplitMix64
		z := (seed ^ seed>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		s[i] = z ^ z>>31
	}
	return s
}

func less(x, y *decode.Addr) bool {
	a, b := binary.BigEndian.Uint64(x[:]), binary.BigEndian.Uint64(y[:])
	if a != b {
		return a < b
	}
	return binary.BigEndian.Uint64(x[8:]) < binary.BigEndian.Uint64(y[8:])
}

func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func (t *table) hash(k *key) uint64 { return k.hash(&t.seed) }

func (k *key) hash(seed *[3]uint64) uint64 {
	rest := uint64(k.aPort)<<48 | uint64(k.bPort)<<32 | uint64(k.proto)<<16 | uint64(k.vlan)
	h := fold(word(k.a[:])^seed[0], word(k.a[8:])^seed[1])
	h = fold(h^word(k.b[:])^seed[1], word(k.b[8:])^seed[2])
	return fold(h^seed[0], rest^seed[2])
}

func (t *table) at(i uint32) *flow { return &t.chunks[i/chunk][i%chunk] }

// find gives the flow of k, nil when there is none.
func (t *table) find(k *key, h uint64) *flow {
	mask := uint64(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 {
			return nil
		}
		if s>>32 == h>>32 {
			if f := t.at(uint32(s) - 1); f.key.is(k) {
				return f
			}
		}
	}
}

// add makes a flow for k, which must not be in the table.
func (t *table) add(k *key, h uint64) *flow {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	var i uint32
	if n := len(t.free); n > 0 {
		i = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		i = t.made
		t.made++
		if int(i/chunk) == len(t.chunks) {
			c := new([chunk]flow)
			c[0].index = i // written before it is read, as in grow
			t.chunks = append(t.chunks, c)
		}
	}
	f := t.at(i)
	*f = flow{key: *k, hash: h, index: i}
	t.put(h, i)
	t.n++
	return f
}

func (t *table) put(h uint64, index uint32) {
	mask := uint64(len(t.slots) - 1)
	i := h & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = h>>32<<32 | uint64(index) + 1
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]uint64, 2*len(old))
	clear(t.slots) // a page that is read first is mapped twice, and the second time all cores are asked
	for _, s := range old {
		if s != 0 {
			i := uint32(s) - 1
			t.put(t.at(i).hash, i)
		}
	}
}

// remove takes f out; the slots behind it move up, so that no look-up meets a hole.
func (t *table) remove(f *flow) {
	mask := uint64(len(t.slots) - 1)
	i := f.hash & mask
	for uint32(t.slots[i]) != f.index+1 {
		i = (i + 1) & mask
	}
	for j := (i + 1) & mask; t.slots[j] != 0; j = (j + 1) & mask {
		home := t.at(uint32(t.slots[j])-1).hash & mask
		if (j-home)&mask >= (j-i)&mask {
			t.slots[i] = t.slots[j]
			i = j
		}
	}
	t.slots[i] = 0
	t.free = append(t.free, f.index)
	t.n--
	f.talk, f.tls, f.seen = nil, nil, nil
}
