package multi

import "encoding/binary"

// tiny finds patterns of one to three bytes, by their first byte.
type tiny struct {
	any  bool
	ids  []uint32
	byte [256][]uint32
	two  [1 << 16 / 64]uint64 // folded first two bytes of patterns that have two; of one: all that begin with it
}

func (t *tiny) add(p Pattern, id uint32) {
	t.any = true
	t.ids = append(t.ids, id)
	c := p.Bytes[0] | 0x20
	t.byte[c] = append(t.byte[c], id)
	if len(p.Bytes) > 1 {
		k := uint(c) | uint(p.Bytes[1]|0x20)<<8
		t.two[k/64] |= 1 << (k % 64)
		return
	}
	for d := range uint(256) {
		k := uint(c) | (d|0x20)<<8
		t.two[k/64] |= 1 << (k % 64)
	}
}

// scanTiny looks up each two bytes, seven times from each eight, until all patterns have been found.
func (s *Set) scanTiny(b []byte, h *Hits) {
	t := &s.tiny
	left, n := 0, len(b)
	for _, id := range t.ids {
		if !h.has(id) {
			left++
		}
	}
	i := 0
	for ; i+8 <= n && left > 0; i += 7 {
		x := binary.LittleEndian.Uint64(b[i:]) | fold
		if (t.pair(x)|t.pair(x>>8)|t.pair(x>>16)|t.pair(x>>24)|t.pair(x>>32)|t.pair(x>>40)|t.pair(x>>48))&1 == 0 {
			continue
		}
		for k := range 7 {
			if t.pair(x>>(8*k))&1 != 0 {
				left -= s.tinyAt(b, i+k, h)
			}
		}
	}
	for ; i < n && left > 0; i++ {
		left -= s.tinyAt(b, i, h)
	}
}

// pair has its lowest bit set when the two lowest bytes of x, folded, may begin a pattern.
func (t *tiny) pair(x uint64) uint64 { return t.two[x>>6&0x3ff] >> (x & 63) }

// tinyAt counts the patterns that stand at i and have not been found before.
func (s *Set) tinyAt(b []byte, i int, h *Hits) (found int) {
	for _, id := range s.tiny.byte[b[i]|0x20] {
		if h.has(id) {
			continue
		}
		if p := &s.patterns[id]; i+len(p.Bytes) <= len(b) && same(b[i:i+len(p.Bytes)], p.Bytes, p.NoCase) {
			h.add(id)
			found++
		}
	}
	return found
}

// ends finds patterns that stand at the end of a text, by a hash that runs backwards: names of domains, mostly.
type ends struct {
	any     bool
	lengths [MaxLen + 1]bool
	longest int
	count   []end
	mask    uint32
	table   []end // open addressing; id of 0 is free
}

type end struct {
	hash uint32
	id   uint32 // 1 + number
	len  uint8
}

func (e *ends) add(p []byte, id uint32) {
	e.any = true
	e.lengths[len(p)] = true
	e.longest = max(e.longest, len(p))
	e.count = append(e.count, end{backwards(p), id + 1, uint8(len(p))})
}

func (e *ends) build() {
	if !e.any {
		return
	}
	size := 1 << log2up(2*len(e.count))
	e.mask, e.table = uint32(size-1), make([]end, size)
	for _, x := range e.count {
		i := mix(x.hash) & e.mask
		for e.table[i].id != 0 {
			i = (i + 1) & e.mask
		}
		e.table[i] = x
	}
	e.count = nil
}

func step(h uint32, c byte) uint32 { return (h ^ uint32(c|0x20)) * 0x01000193 }
func mix(h uint32) uint32          { return h ^ h>>15 }

const seed = 0x811c9dc5

func backwards(p []byte) uint32 {
	h := uint32(seed)
	for i := len(p) - 1; i >= 0; i-- {
		h = step(h, p[i])
	}
	return h
}

func (s *Set) scanEnds(b []byte, h *Hits) {
	e, sum := &s.ends, uint32(seed)
	for n := 1; n <= min(len(b), e.longest); n++ {
		sum = step(sum, b[len(b)-n])
		if !e.lengths[n] {
			continue
		}
		for i := mix(sum) & e.mask; e.table[i].id != 0; i = (i + 1) & e.mask {
			x := &e.table[i]
			if x.hash != sum || int(x.len) != n || h.has(x.id-1) {
				continue
			}
			if p := &s.patterns[x.id-1]; same(b[len(b)-n:], p.Bytes, p.NoCase) {
				h.add(x.id - 1)
			}
		}
	}
}
