package content

// long are texts of which no more is read than the search needs.
const long = 1 << 10

// findQuick searches in Latin-1 text, so that each byte is one character.
func (p *Pattern) findQuick(s *State, b []byte, skip int) (start, end int, found bool) {
	if skip > 0 && p.lead == nil { // with a lead, nothing is asked before its first byte
		return p.findAgain(s, b, skip)
	}
	b = b[skip:]
	if len(b) > long && (p.anchored || p.lead != nil) {
		return p.findLong(s, b, skip)
	}
	text, ascii := s.latin(b)
	if len(p.Captures) > 0 && !p.Negated {
		return p.matched(s, b, skip, backAll(text, p.quick.FindSubmatchIndex(text), ascii))
	}
	if !p.leads && p.Negated {
		return 0, 0, p.quick.Match(text)
	}
	m := p.quick.FindIndex(text)
	if m == nil {
		return 0, 0, false
	}
	return skip + back(text, m[0], ascii), skip + back(text, m[1], ascii), true
}

// findAgain searches behind the first skip bytes, which are there all the same: ^ does not hold behind them, but for the beginning of a line, and \b
// sees the last of them.
func (p *Pattern) findAgain(s *State, b []byte, skip int) (start, end int, found bool) {
	re := p.later()
	if re == nil {
		return 0, 0, false
	}
	b, skip = b[skip-1:], skip-1
	text, ascii := s.latin(b)
	m := re.FindSubmatchIndex(text)
	if m == nil {
		return 0, 0, false
	}
	return p.matched(s, b, skip, backAll(text, m[2:], ascii))
}

// matched tells of a match in b, which begins skip bytes behind where the places are counted from.
func (p *Pattern) matched(s *State, b []byte, skip int, m []int) (start, end int, found bool) {
	if m == nil {
		return 0, 0, false
	}
	if !p.Negated {
		for i, name := range p.Captures {
			if j := 2 * (i + 1); name != "" && j+1 < len(m) && m[j] >= 0 {
				s.capture(name, b[m[j]:m[j+1]])
			}
		}
	}
	return skip + m[0], skip + m[1], true
}

// maxLeads bounds how many places of a lead are tried before the search goes through all that is left.
const maxLeads = 16

// findLong reads a long text as far as it must: from where the pattern is anchored, or from the places of its lead.
func (p *Pattern) findLong(s *State, b []byte, skip int) (start, end int, found bool) {
	if p.anchored {
		m := p.quick.FindReaderSubmatchIndex(s.read(b))
		s.charge(len(b))
		return p.matched(s, b, skip, m)
	}
	from := 0 // of the next place of the lead
	for range maxLeads {
		i := p.lead.find(b[from:])
		if i < 0 {
			return 0, 0, false
		}
		at := from + i - p.lead.behind
		from += i + 1
		re := p.here()
		if at < 0 || re == nil {
			continue
		}
		if m := re.FindReaderSubmatchIndex(s.read(b[at:])); m != nil {
			return p.matched(s, b[at:], skip+at, m)
		}
	}
	at := max(from-p.lead.behind, 0)
	return p.matched(s, b[at:], skip+at, p.quick.FindReaderSubmatchIndex(s.read(b[at:])))
}
