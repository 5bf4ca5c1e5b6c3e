package multi

// texts are byte strings in one piece: nothing in them is for the garbage collector to follow.
type texts struct {
	bytes []byte
	ends  []uint32 // string i is bytes[ends[i]>>1:ends[i+1]>>1]; the lowest bit of the latter says that letters match in either case
}

// newTexts takes the bytes of patterns, MaxLen of each at most.
func newTexts(patterns []Pattern) texts {
	size := 0
	for i := range patterns {
		size += min(len(patterns[i].Bytes), MaxLen)
	}
	t := texts{bytes: make([]byte, 0, size), ends: make([]uint32, 1, 1+len(patterns))}
	for i := range patterns {
		p := &patterns[i]
		t.bytes = append(t.bytes, p.Bytes[:min(len(p.Bytes), MaxLen)]...)
		end := uint32(len(t.bytes)) << 1
		if p.NoCase {
			end |= 1
		}
		t.ends = append(t.ends, end)
	}
	return t
}

func (t *texts) len() int { return len(t.ends) - 1 }

// of is string i.
func (t *texts) of(i uint32) (b []byte, nocase bool) {
	end := t.ends[i+1]
	return t.bytes[t.ends[i]>>1 : end>>1], end&1 != 0
}

// atEnd reports whether b ends in string i.
func (t *texts) atEnd(i uint32, b []byte) bool {
	p, nocase := t.of(i)
	return len(p) <= len(b) && same(b[len(b)-len(p):], p, nocase)
}

// at reports whether string i stands at b[at:].
func (t *texts) at(i uint32, b []byte, at int) bool {
	p, nocase := t.of(i)
	return at+len(p) <= len(b) && same(b[at:at+len(p)], p, nocase)
}
