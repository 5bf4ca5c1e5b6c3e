package multi

const (
	spread    = 0x9e3779b97f4a7c15 // 2^64 / golden ratio
	shortMask = 1<<24 - 1          // a 3-gram
)

// gram is one place in a pattern by which the pattern is found.
type gram struct {
	key  uint64 // the gram, folded
	near uint32 // as head has it
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

// newGram describes the gram of so many bytes at `at`, and up to eight bytes from window on.
func newGram(p []byte, at, window, width int, id uint32) gram {
	g := gram{(word(p, at) | fold) & maskOf(width), 0, entry{id: id, at: uint8(at), window: uint8(window), len: uint8(len(p))}}
	g.value = (word(p, window) | fold) & g.mask()
	g.near = 0xffff_ffff
	if at+width < len(p) {
		g.near = 0xffff_0000 | 1<<nearBit(p[at+width])
	}
	if at > 0 {
		g.near &= 0x0000_ffff | 1<<(16+nearBit(p[at-1]))
	}
	return g
}

// maskOf are the lowest n bytes.
func maskOf(n int) uint64 { return 1<<(8*n) - 1 }

// nearBit is the bit of a byte beside a gram.
func nearBit(c byte) uint32 { return uint32(c|0x20) * 37 >> 2 & 15 }

// tier finds patterns of one class of lengths: a filter says that a gram may be one of theirs, a table which.
type tier struct {
	any      bool
	mask     uint64 // of what is looked up
	width    uint8  // of that, in bits
	shift    uint8
	filter   []uint32
	slotMask uint32
	heads    []head // one more than slots
	entries  []entry
	blanks   []uint32  // patterns whose grams stand among nothing but blanks
	four     *four     // nil: grams are looked for
	beside   [4]uint64 // what may stand around a gram of blanks: of eight bytes from so many before it on, a bit of their hash
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

// hasBlank reports whether a 5-gram of blanks stands in a string: traffic is full of those.
func hasBlank(b []byte) bool {
	run := 0
	for _, c := range b {
		if run++; c|0x20 != 0x20 {
			run = 0
		}
		if run == 5 {
			return true
		}
	}
	return false
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

// head is where the entries of a slot begin (above tagBits; they end where the next begin) with their tags below, and what stands
// beside their grams: in the lower half a bit for the byte behind each, in the upper one for the byte before it.
type head struct{ from, near uint32 }

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

// build fills the tier with grams of so many bytes; hash is the one by which its probe looks them up.
func (t *tier) build(grams []gram, width int, hash func(uint64) uint32) {
	if len(grams) == 0 {
		return
	}
	t.any, t.mask, t.width = true, maskOf(width), uint8(8*width)
	size := min(max(log2up(len(grams)), minFilter), maxFilter)
	t.shift, t.filter = uint8(32-size), make([]uint32, 1<<size)
	slots := 1 << min(log2up(len(grams)), 24)
	t.slotMask = uint32(slots - 1)
	t.entries, t.heads = make([]entry, len(grams)), make([]head, slots+1)
	next, tags := make([]uint32, slots), make([]uint32, slots+1)
	for i := range grams {
		g := &grams[i]
		t.mark(hash(g.key))
		t.neighbours(g, fold&t.mask)
		at, tag := t.place(g.key)
		tags[at] |= 1 << tag
		t.heads[at].near |= g.near
		t.heads[at+1].from += 1 << tagBits
	}
	for i := range slots {
		t.heads[i+1].from += t.heads[i].from
		next[i] = t.heads[i].from >> tagBits
	}
	for i := range grams {
		at, _ := t.place(grams[i].key)
		t.entries[next[at]] = grams[i].entry
		next[at]++
	}
	for i := range tags {
		t.heads[i].from |= tags[i]
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
