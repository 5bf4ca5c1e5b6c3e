package content

// Anywhere is the end of what may stand at any place; it is beyond any buffer.
const Anywhere = 1 << 31

// Bounds tells between which places of the buffer content i of the chain stands, where the chain holds: from the first byte that it may
// begin at, to the last that it may end before, or Anywhere. begins says that the first step counts from the beginning of what
// the chain is held against; otherwise that may be a part of a stream.
func (c *Chain) Bounds(i int, begins bool) (from, end int) {
	pos := span{0, Anywhere} // of the end of the last match
	if begins {
		pos.end = 0
	}
	for _, step := range c.Steps[:i] {
		t, ok := step.(*Content)
		switch {
		case ok && !t.Negated:
			s := t.span(pos)
			pos = span{s.from + len(t.Bytes), s.end}
		case step.moves():
			pos = span{0, Anywhere}
		}
	}
	t, ok := c.Steps[i].(*Content)
	if !ok {
		return 0, Anywhere
	}
	s := t.span(pos)
	return max(s.from, 0), s.end
}

type span struct{ from, end int }

// span is where t stands when the match before it ends within pos; see window.
func (t *Content) span(pos span) span {
	for _, v := range [...]Value{t.Offset, t.Depth, t.Distance, t.Within} {
		if v.Var != 0 {
			return span{0, Anywhere}
		}
	}
	s := span{0, Anywhere}
	if !t.relative() {
		if t.HasOffset {
			s.from = int(t.Offset.N)
		}
		if t.HasDepth {
			s.end = s.from + int(t.Depth.N)
		}
		return s
	}
	distance := 0
	if t.HasDistance {
		distance = int(t.Distance.N)
	}
	s.from = pos.from + distance
	if pos.end < Anywhere && t.HasWithin {
		s.end = pos.end + distance + int(t.Within.N)
	}
	if pos.end < Anywhere && t.HasDepth {
		s.end = min(s.end, pos.end+int(t.Depth.N))
	}
	if t.HasOffset {
		s.from = max(s.from, int(t.Offset.N))
	}
	return span{max(s.from, 0), s.end}
}
