package multi

const (
	spread    = 0x9e3779b97f4a7c15 // 2^64 / golden ratio
	longMask  = 1<<40 - 1          // a 5-gram
	shortMask = 1<<24 - 1          // a 3-gram
	fourMask  = 1<<32 - 1
)

// gram is one place in a pattern by which the pattern is found.
type gram struct {
	key uint64 // the gram, folded
	entry
}

// entry is what is known of a gram's pattern: eight bytes that tell most others away, or all where there are fewer.
type entry struct {
	value  uint64 // bytes from window on, folded
	id     uint32
	at     uint8 // of the gram in the pattern
	window uint8 // of value in the pattern
	len    uint8 // of the pattern
}

// mask are the bytes of value that count.
func (e *entry) mask() uint64 { return ^uint64(0) >> (64 - 8*min(uint(e.len), 8)) }

// newGram describes the gram at `at`, and up to eight bytes from window on.
func newGram(p []byte, at, window int, keyMask uint64, id uint32) gram {
	g := gram{(word(p, at) | fold) & keyMask, entry{id: id, at: uint8(at), window: uint8(window), len: uint8(len(p))}}
	g.value = (word(p, window) | fold) & g.mask()
	return g
}

// tier finds patterns of one class of lengths: a filter says that a gram may be one of theirs, a table which.
type tier struct {
	any      bool
	mask     uint64 // of what is looked up
	shift    uint8
	filter   []uint32
	slotMask uint32
	heads    []uint32 // entries of slot i are those from heads[i]>>tagBits to heads[i+1]>>tagBits; below stand their tags
	entries  []entry
	blanks   []uint32        // patterns whose grams stand among nothing but blanks
	four     *[2][4][64]byte // nil: grams are looked for
	beside   [4]uint64       // what may stand around a gram of blanks: of eight bytes from so many before it on, a bit of their hash
}

// meet notes a pattern whose grams come from where only zeros and spaces stand, which fold alike. Traffic has long runs of them, and
// no other pattern can be found within one.
func (t *tier) meet(grams []byte, id uint32) {
	for _, c := range grams {
		if c|0x20 != 0x20 {
			return
		}
	}
	t.blanks = append(t.blanks, id)
}

// blank reports whether a run of blanks deserves a look: some pattern of blanks has not been found.
func (t *tier) blank(h *Hits) bool {
	for _, id := range t.blanks {
		if !h.has(id) {
			return true
		}
	}
	return false
}

// tagBits are as many tags as there are: the slot's entries that have one are told by another part of their gram's hash.
const tagBits = 8

// place is the slot of a gram, and its tag as the number of a bit.
func (t *tier) place(key uint64) (slot, tag uint32) {
	k := uint32(key * spread >> 32)
	return k >> 8 & t.slotMask, k % tagBits
}

// besideBit is the bit of eight folded bytes beside a gram of blanks.
func besideBit(x uint64) uint64 { return x * spread >> 58 }

// Bounds of a filter, which has about one word for each gram: it should stay in the processor's first cache.
const (
	minFilter = 10 // log2 of words: 4 KiB
	maxFilter = 14 // 64 KiB
)

// build fills the tier; mask are the bytes of a gram, hash is the one by which its probe looks grams up.
func (t *tier) build(grams []gram, mask uint64, hash func(uint64) uint32) {
	if len(grams) == 0 {
		return
	}
	t.any, t.mask = true, mask
	size := min(max(log2up(len(grams)), minFilter), maxFilter)
	t.shift, t.filter = uint8(32-size), make([]uint32, 1<<size)
	slots := 1 << min(log2up(len(grams)*2), 24)
	t.slotMask = uint32(slots - 1)
	t.entries, t.heads = make([]entry, len(grams)), make([]uint32, slots+1)
	next, tags := make([]uint32, slots), make([]uint32, slots+1)
	for i := range grams {
		g := &grams[i]
		t.mark(hash(g.key))
		t.neighbours(g, fold&mask)
		at, tag := t.place(g.key)
		tags[at] |= 1 << tag
		t.heads[at+1] += 1 << tagBits
	}
	for i := range slots {
		t.heads[i+1] += t.heads[i]
		next[i] = t.heads[i] >> tagBits
	}
	for i := range grams {
		at, _ := t.place(grams[i].key)
		t.entries[next[at]] = grams[i].entry
		next[at]++
	}
	for i := range tags {
		t.heads[i] |= tags[i]
	}
}

// neighbours notes what stands around a gram that is blank; anything, where that is not known whole.
func (t *tier) neighbours(g *gram, blank uint64) {
	switch k := int(g.at) - int(g.window); {
	case g.key != blank:
	case g.len < 8 || k >= len(t.beside):
		t.beside[0] = ^uint64(0)
	default:
		t.beside[k] |= 1 << besideBit(g.value)
	}
}
