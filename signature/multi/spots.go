package multi

// Spots is a fixed set of patterns that stand at given places of a text; what stands there is looked up, nothing is searched. It
// may be used by several goroutines at once. Pattern i of NewSpots has the number i.
type Spots struct {
	patterns texts
	spots    []spot // in the order of places
}

// Spot is where patterns may begin: From is the first place, To the last.
type Spot struct{ From, To int }

// spot are the patterns that may begin at a place.
type spot struct {
	place  int
	first  [4]uint64 // bytes with which one begins
	begins []byHash
}

// NewSpots makes a set of patterns, each with where it stands. An empty pattern is never found; Suffix does not count.
func NewSpots(patterns []Pattern, at []Spot) *Spots {
	s := &Spots{patterns: newTexts(patterns)}
	byPlace := map[int][]uint32{}
	last := -1
	for i := range patterns {
		for k := at[i].From; k <= at[i].To && len(patterns[i].Bytes) > 0; k++ {
			byPlace[k] = append(byPlace[k], uint32(i))
			last = max(last, k)
		}
	}
	for k := range last + 1 {
		if ids := byPlace[k]; ids != nil {
			s.spots = append(s.spots, s.spot(k, ids))
		}
	}
	return s
}

func (s *Spots) spot(place int, ids []uint32) spot {
	x := spot{place: place}
	var all byLen
	for _, id := range ids {
		p, nocase := s.patterns.of(id)
		x.mark(p[0])
		if c := p[0] | 0x20; nocase && c >= 'a' && c <= 'z' {
			x.mark(c)
			x.mark(c &^ 0x20)
		}
		all.add(p[:hashedLen(len(p))], id)
	}
	x.begins = all.tables()
	return x
}

func (x *spot) mark(c byte) { x.first[c/64] |= 1 << (c % 64) }

// Scan adds to h the patterns that stand at their places in b, which begins at place from of the text; h must not be shared with another
// set without Reset between them.
func (s *Spots) Scan(b []byte, from int, h *Hits) {
	h.size(s.patterns.len())
	for i := range s.spots {
		x := &s.spots[i]
		at := x.place - from
		if at < 0 {
			continue
		}
		if at >= len(b) {
			return
		}
		if c := b[at]; x.first[c/64]&(1<<(c%64)) == 0 {
			continue
		}
		for k := range x.begins {
			if f := &x.begins[k]; f.len <= len(b)-at {
				s.begins(f, b[at:], h)
			}
		}
	}
}

// begins compares the patterns that have b's hash.
func (s *Spots) begins(f *byHash, b []byte, h *Hits) {
	sum := hashOf(b, f.len)
	for i := f.first(sum); f.table[i].id != 0; i = (i + 1) & f.mask {
		x := f.table[i]
		if x.hash == sum && !h.has(x.id-1) && s.patterns.at(x.id-1, b, 0) {
			h.add(x.id - 1)
		}
	}
}
