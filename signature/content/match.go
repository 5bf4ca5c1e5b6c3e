package content

import (
	"bytes"

	"github.com/yagura-project/yagura/signature/transform"
)

// maxSteps bounds the steps taken for one buffer, retries included. It is what Suricata allows by default.
const maxSteps = 3000

// costly is how many bytes looked through count as a step more.
const costly = 1 << 14

// again is how many bytes that a pattern went through count as a step, where it is searched for once more. A pattern that runs over all that comes
// is found at many places, each time anew: without this, 5 KB that were made for it kept a rule busy for a second.
const again = 32

// Match reports whether the buffer holds what the chain asks. b is not kept. When a content that others lean on stands in b more than
// once, each place is tried.
func (c *Chain) Match(s *State, b []byte) bool {
	s.left, s.stop = maxSteps, false
	return c.run(s, b, 0, 0)
}

// run takes the steps from i on; pos is the end of the last match.
func (c *Chain) run(s *State, b []byte, i, pos int) bool {
	for ; i < len(c.Steps); i++ {
		if s.left--; s.left < 0 {
			s.stop = true
			return false
		}
		switch t := c.Steps[i].(type) {
		case *Content:
			if t.leads {
				return c.eachContent(s, t, b, i, pos)
			}
			lo, hi := t.window(s, len(b), pos)
			_, end, found := t.find(s, b, lo, hi)
			if found == t.Negated {
				s.stop = s.stop || t.alone()
				return false
			}
			if found {
				pos = end
			}
		case *Pattern:
			if t.leads {
				return c.eachPattern(s, t, b, i, pos)
			}
			_, end, found := t.find(s, b, t.from(pos), 0)
			if found == t.Negated {
				s.stop = s.stop || !t.Relative
				return false
			}
			if found {
				pos = end
			}
		case *ByteJump, *ByteExtract, *ByteMath:
			to, ok := move(s, t, b, pos)
			if !ok {
				return false
			}
			pos = to
		default:
			if !test(s, t, b, pos) {
				return false
			}
		}
	}
	return true
}

// move takes a step that leads to another place.
func move(s *State, step Step, b []byte, pos int) (int, bool) {
	switch t := step.(type) {
	case *ByteJump:
		return t.jump(s, b, pos)
	case *ByteExtract:
		return t.extract(s, b, pos)
	case *ByteMath:
		return t.compute(s, b, pos)
	}
	return 0, false
}

// test takes a step that does not move.
func test(s *State, step Step, b []byte, pos int) bool {
	switch t := step.(type) {
	case *ByteTest:
		return t.holds(s, b, pos)
	case *DataAt:
		return t.holds(s, len(b), pos)
	case *Size:
		return t.Compare.OfSize(len(b), s.Open)
	case *Base64:
		return t.holds(s, b, pos)
	case *Check:
		return t.Do(s, b, pos)
	}
	return false
}

// eachContent tries the rest of the chain behind each place of t.
func (c *Chain) eachContent(s *State, t *Content, b []byte, i, pos int) bool {
	lo, hi := t.window(s, len(b), pos)
	for {
		start, end, found := t.find(s, b, lo, hi)
		if !found {
			s.stop = s.stop || lo == 0 && t.alone()
			return false
		}
		if c.run(s, b, i+1, end) {
			return true
		}
		if s.stop || s.left <= 0 || t.once {
			return false
		}
		lo = start + 1
	}
}

// eachPattern tries the rest of the chain behind each place of t.
func (c *Chain) eachPattern(s *State, t *Pattern, b []byte, i, pos int) bool {
	from, skip := t.from(pos), 0
	for {
		start, end, found := t.find(s, b, from, skip)
		if !found {
			return false
		}
		if c.run(s, b, i+1, end) {
			return true
		}
		if s.stop || s.left <= 0 || t.anchored {
			return false
		}
		s.left -= 1 + (end-from-skip)/again
		skip = start + 1 - from
	}
}

// alone reports that nothing before t can change where it is found.
func (t *Content) alone() bool {
	return !t.relative() && t.Offset.Var == 0 && t.Depth.Var == 0
}

// window is where t may stand: from lo to hi, which may be crossed.
func (t *Content) window(s *State, size, pos int) (lo, hi int) {
	hi = size
	if !t.relative() {
		if t.HasOffset {
			lo = t.Offset.in(s)
		}
		if t.HasDepth {
			hi = lo + t.Depth.in(s)
		}
		if s.Start > 0 {
			start := int(min(s.Start, 1<<40))
			lo -= start
			if t.HasDepth {
				hi -= start
			}
		}
		return max(lo, 0), min(hi, size)
	}
	distance := 0
	if t.HasDistance {
		distance = t.Distance.in(s)
	}
	lo = pos + distance
	if t.HasWithin {
		hi = min(hi, lo+t.Within.in(s))
	}
	if t.HasOffset {
		lo = max(lo, t.Offset.in(s))
	}
	if t.HasDepth {
		hi = min(hi, pos+t.Depth.in(s))
	}
	return max(lo, 0), hi
}

// find looks for t in b[lo:hi].
func (t *Content) find(s *State, b []byte, lo, hi int) (start, end int, found bool) {
	n := len(t.Bytes)
	if t.EndsWith {
		if hi < len(b) { // what ends the window does not end the buffer
			return 0, 0, false
		}
		lo = max(lo, hi-n)
	}
	if lo < 0 || hi-lo < n {
		return 0, 0, false
	}
	s.left -= (hi - lo) / costly
	var i int
	if t.NoCase {
		i = indexFold(b[lo:hi], t.Bytes, t.anchor)
	} else {
		i = bytes.Index(b[lo:hi], t.Bytes)
	}
	if i < 0 {
		return 0, 0, false
	}
	return lo + i, lo + i + n, true
}

func (t *DataAt) holds(s *State, size, pos int) bool {
	at := t.At.in(s)
	if t.Relative {
		return (pos+at <= size) != t.Negated
	}
	return (at < size) != t.Negated
}

// holds decodes and asks the chain of base64_data.
func (t *Base64) holds(s *State, b []byte, pos int) bool {
	from := t.Offset.in(s)
	if t.Relative {
		from += pos
	}
	if from < 0 || from >= len(b) {
		return false
	}
	b = b[from:]
	if n := t.Bytes.in(s); n > 0 && n < len(b) {
		b = b[:n]
	}
	s.decoded = transform.Base64(s.decoded[:0], b, transform.RFC4648)
	if len(s.decoded) == 0 {
		return false
	}
	if t.Chain == nil {
		return true
	}
	start, open := s.Start, s.Open
	s.Start, s.Open = 0, false
	decoded := s.decoded
	s.decoded = nil // a chain within may decode again
	ok := t.Chain.run(s, decoded, 0, 0)
	s.stop = false // the decoded part depends on where it was found
	s.decoded, s.Start, s.Open = decoded, start, open
	return ok
}
