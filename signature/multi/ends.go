package multi

// ends finds patterns that stand at the end of a text, by a hash of their last bytes: names of domains, mostly.
type ends struct {
	any    bool
	byLen  byLen // while patterns are added
	tables []byHash
}

func (e *ends) add(p []byte, id uint32) {
	e.any = true
	n := hashedLen(len(p))
	e.byLen.add(p[len(p)-n:], id)
}

func (e *ends) build() { e.tables, e.byLen = e.byLen.tables(), byLen{} }

func (s *Set) scanEnds(b []byte, h *Hits) {
	for k := range s.ends.tables {
		if f := &s.ends.tables[k]; f.len <= len(b) {
			sum := hashOf(b[len(b)-f.len:], f.len)
			for i := f.first(sum); f.table[i].id != 0; i = (i + 1) & f.mask {
				x := f.table[i]
				if x.hash == sum && !h.has(x.id-1) && s.patterns.atEnd(x.id-1, b) {
					h.add(x.id - 1)
				}
			}
		}
	}
}
