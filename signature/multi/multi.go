// Package multi finds which of many byte strings occur in a text, in one pass and without allocation.
package multi

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Pattern is one byte string, 1 to MaxLen bytes long.
type Pattern struct {
	Bytes  []byte
	NoCase bool // ASCII letters match in either case
	Suffix bool // it stands at the end of the text, or does not count
}

// MaxLen is the longest pattern that a Set takes; longer ones are found by their first MaxLen bytes.
const MaxLen = 64

// fold takes the case bit out of eight bytes: letters become alike; what else becomes alike the comparison tells apart.
const fold = 0x2020202020202020

// Set is a fixed set of patterns; it may be used by several goroutines at once. Pattern i of New has the number i.
type Set struct {
	patterns texts
	long     tier // ≥ 8 bytes: a 5-gram is looked up at every fourth byte
	short    tier // 4 to 7 bytes: a 3-gram is looked up at every second byte, or four bytes at each, those of blanks, too
	tiny     tiny // 1 to 3 bytes
	ends     ends // suffixes, by hash
}

// New makes a set of patterns. An empty pattern is never found.
func New(patterns []Pattern) *Set {
	s := &Set{}
	var long, short, blank []uint32
	patterns = slices.Clone(patterns)
	for i := range patterns {
		p := &patterns[i]
		if len(p.Bytes) > MaxLen && p.Suffix {
			p.Bytes = p.Bytes[len(p.Bytes)-MaxLen:]
		}
		p.Bytes = p.Bytes[:min(len(p.Bytes), MaxLen)]
		switch n := len(p.Bytes); {
		case n == 0:
		case p.Suffix:
			s.ends.add(p.Bytes, uint32(i))
		case n >= 8 && hasBlank(p.Bytes[rarest(p.Bytes, 8):][:8]):
			blank = append(blank, uint32(i))
		case n >= 8:
			long = append(long, uint32(i))
		case n >= 4:
			short = append(short, uint32(i))
		default:
			s.tiny.add(p.Bytes, uint32(i))
		}
	}
	s.patterns = newTexts(patterns)
	if len(short)+len(blank) <= maxFours() {
		s.buildFour(append(short, blank...))
	} else {
		s.buildShort(short)
		long = append(long, blank...)
	}
	s.buildLong(long)
	s.tiny.build(patterns)
	s.ends.build()
	return s
}

// buildLong has patterns found by four 5-grams of eight of their bytes.
func (s *Set) buildLong(ids []uint32) {
	var grams []gram
	for _, id := range ids {
		p, _ := s.patterns.of(id)
		at := rarest(p, 8)
		s.long.meet(p[at:at+8], id)
		for k := range 4 {
			grams = append(grams, newGram(p, at+k, at, 5, id))
		}
	}
	s.long.build(grams, 5, hash5)
}

// buildShort has patterns found by two 3-grams of four of their bytes.
func (s *Set) buildShort(ids []uint32) {
	var grams []gram
	for _, id := range ids {
		p, _ := s.patterns.of(id)
		at := rarest(p, 4)
		s.short.meet(p[at:at+4], id)
		for k := range 2 {
			grams = append(grams, newGram(p, at+k, 0, 3, id))
		}
	}
	s.short.build(grams, 3, hash3)
}

// buildFour has patterns found by four of their bytes, each at its own place.
func (s *Set) buildFour(ids []uint32) {
	var grams []gram
	for _, id := range ids {
		p, _ := s.patterns.of(id)
		at := rarest(p, 4)
		s.short.meet(p[at:at+4], id)
		grams = append(grams, newGram(p, at, 0, 4, id))
	}
	s.short.build(grams, 4, hash3)
	s.short.four = newFour(grams)
}

// Len is the number of patterns.
func (s *Set) Len() int { return s.patterns.len() }

// Hits collects what Scan finds, each pattern once until Reset. It is not safe for concurrent use.
type Hits struct {
	IDs  []uint32 // numbers of patterns, in no order
	seen []uint64

	room room
}

// Reset forgets what was found.
func (h *Hits) Reset() {
	for _, id := range h.IDs {
		h.seen[id/64] = 0
	}
	h.IDs = h.IDs[:0]
}

// size makes room for the numbers of n patterns.
func (h *Hits) size(n int) {
	if need := (n + 63) / 64; len(h.seen) < need {
		h.seen = append(h.seen, make([]uint64, need-len(h.seen))...)
	}
}

func (h *Hits) has(id uint32) bool { return h.seen[id/64]&(1<<(id%64)) != 0 }

func (h *Hits) add(id uint32) {
	h.seen[id/64] |= 1 << (id % 64)
	h.IDs = append(h.IDs, id)
}

// Scan adds to h the patterns that occur in b, and h must not be shared with another set without Reset between them.
func (s *Set) Scan(b []byte, h *Hits) {
	h.size(s.patterns.len())
	if s.long.any {
		s.scan(&s.long, probeLong, b, h)
	}
	if s.short.any {
		s.scan(&s.short, probeShort, b, h)
	}
	if s.tiny.any {
		s.scanTiny(b, h)
	}
	if s.ends.any {
		s.scanEnds(b, h)
	}
}

// word loads up to eight bytes at i; what is beyond the text is zero.
func word(b []byte, i int) uint64 {
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b[len(b)-8:]) >> (8 * uint(8-len(b)+i))
	}
	var x uint64
	for k := len(b) - 1; k >= i; k-- {
		x = x<<8 | uint64(b[k])
	}
	return x
}

// probe gives the places in blocks of text where a gram of t may begin.
type probe func(text []byte, blocks int, t *tier, r *room) []uint32

// scan compares what stands at the places in b that the probe tells.
func (s *Set) scan(t *tier, find probe, b []byte, h *Hits) {
	p := pieces{rest: b, last: &h.room.last}
	for text, blocks := p.next(); blocks > 0; text, blocks = p.next() {
		if places := find(text, blocks, t, &h.room); len(places) > 0 {
			s.candidates(t, text, places, b, p.at, h)
		}
	}
}

// candidates looks at places in text, which begins at from in b and is zero behind its end.
func (s *Set) candidates(t *tier, text []byte, places []uint32, b []byte, from int, h *Hits) {
	n, mask := 0, t.mask
	for _, i := range places { // which of them the table knows, too, is told without a branch: it cannot be foretold
		x := binary.LittleEndian.Uint64(text[i:]) | fold
		slot, tag := t.place(x & mask)
		head := t.heads[slot]
		behind := head.near >> nearBit(byte(x>>(t.width&63)))
		before := head.near>>(16+nearBit(text[max(i, 1)-1])) | (i-1)>>31 // at 0 what stands before is not looked at
		places[n] = i
		n += int(head.from >> tag & behind & before & 1)
	}
	for _, i := range places[:n] {
		x := binary.LittleEndian.Uint64(text[i:]) | fold
		if x&mask == fold&mask && !s.amongBlanks(t, x, b, from+int(i), h) {
			continue
		}
		s.candidate(t, x&mask, b, from+int(i), h)
	}
}

// amongBlanks reports whether a gram of blanks at i deserves a look: what stands beside it is as some pattern has it.
func (s *Set) amongBlanks(t *tier, x uint64, b []byte, i int, h *Hits) bool {
	if x == fold && (i == 0 || word(b, max(i-4, 0))|fold == fold) {
		return t.blank(h)
	}
	known := t.beside[0] >> besideBit(x)
	for k := 1; k < len(t.beside) && k <= i; k++ {
		known |= t.beside[k] >> besideBit(word(b, i-k)|fold)
	}
	return known&1 != 0
}

// candidate compares the patterns that have the gram x, which stands at i.
func (s *Set) candidate(t *tier, x uint64, b []byte, i int, h *Hits) {
	slot, _ := t.place(x)
	for c := t.heads[slot].from >> tagBits; c < t.heads[slot+1].from>>tagBits; c++ {
		e := &t.entries[c]
		at := i - int(e.at)
		if at < 0 || at+int(e.len) > len(b) || (word(b, at+int(e.window))|fold)&e.mask() != e.value || h.has(e.id) {
			continue
		}
		if s.patterns.at(e.id, b, at) {
			h.add(e.id)
		}
	}
}

// same compares equally long strings.
func same(b, p []byte, nocase bool) bool {
	if !nocase {
		return string(b) == string(p)
	}
	for i, c := range p {
		if d := b[i]; c != d && (c^d != 0x20 || c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

func log2up(n int) int { return bits.Len(uint(max(n, 1) - 1)) }
