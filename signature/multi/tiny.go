package multi

import (
	"math/bits"
	"slices"
)

// tiny finds patterns of one to three bytes. They are spread over eight buckets; a table says which buckets have patterns whose
// first or second byte, folded, has such a lower or upper half.
type tiny struct {
	any    bool
	ids    []uint32    // in the order of their first bytes, folded
	from   []uint32    // where in ids those of a byte begin
	bucket []uint8     // by place in ids
	tables [4][16]byte // lower and upper half of the first byte, of the second
	three  [3][64]byte // the first three bytes, as indexOf has them
}

func (t *tiny) add(p []byte, id uint32) {
	t.any = true
	t.ids = append(t.ids, id)
}

// build puts patterns with near first bytes into one bucket, so that a bucket's halves fit few other bytes.
func (t *tiny) build(patterns []Pattern) {
	if !t.any {
		return
	}
	slices.SortStableFunc(t.ids, func(a, b uint32) int { return int(patterns[a].Bytes[0]|0x20) - int(patterns[b].Bytes[0]|0x20) })
	t.from = make([]uint32, 257)
	for _, id := range t.ids {
		t.from[int(patterns[id].Bytes[0]|0x20)+1]++
	}
	for c := range 256 {
		t.from[c+1] += t.from[c]
	}
	for i, id := range t.ids {
		k := i * 8 / len(t.ids)
		t.bucket = append(t.bucket, uint8(k))
		p := patterns[id].Bytes
		for i := range t.three {
			t.byte(i, p, k)
		}
		t.mark(0, p[0], k)
		if len(p) > 1 {
			t.mark(2, p[1], k)
			continue
		}
		for c := range 256 {
			t.mark(2, byte(c), k)
		}
	}
}

func (t *tiny) mark(table int, c byte, bucket int) {
	c |= 0x20
	t.tables[table][c&15] |= 1 << bucket
	t.tables[table+1][c>>4] |= 1 << bucket
}

// byte marks the i-th byte of a pattern; behind its end stands any.
func (t *tiny) byte(i int, p []byte, bucket int) {
	for c := range t.three[i] {
		if i >= len(p) || indexOf(p[i]) == byte(c) {
			t.three[i][c] |= 1 << bucket
		}
	}
}

// live are the buckets with patterns that have not been found.
func (t *tiny) live(h *Hits) (b byte) {
	for i, id := range t.ids {
		if !h.has(id) {
			b |= 1 << t.bucket[i]
		}
	}
	return b
}

// scanTiny looks at the places where two bytes fit a bucket, until all patterns have been found.
func (s *Set) scanTiny(b []byte, h *Hits) {
	t, p, out := &s.tiny, pieces{rest: b, last: &h.room.last}, &h.room.tiny
	for live := t.live(h); live != 0; {
		text, blocks := p.next()
		if blocks == 0 {
			return
		}
		if !probeTiny(text, blocks, t, live, out) {
			continue
		}
		found := 0
		for k, m := range out[:blocks] {
			for ; m != 0; m &= m - 1 {
				if i := p.at + k*block + bits.TrailingZeros32(m); i < len(b) {
					found += s.tinyAt(b, i, h)
				}
			}
		}
		if found > 0 {
			live = t.live(h)
		}
	}
}

// tinyAt counts the patterns that stand at i and have not been found before.
func (s *Set) tinyAt(b []byte, i int, h *Hits) (found int) {
	t, c := &s.tiny, int(b[i]|0x20)
	for _, id := range t.ids[t.from[c]:t.from[c+1]] {
		if !h.has(id) && s.patterns.at(id, b, i) {
			h.add(id)
			found++
		}
	}
	return found
}
