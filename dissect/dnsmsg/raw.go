package dnsmsg

// Bounds of RawName.
const (
	maxJumps  = 255
	maxRaw    = 1025
	maxLabels = 255
	maxWalk   = 1024 // labels read of a name that points on: thousands of names, each led through all of the message 255 times, would take seconds
)

// oddName says what is wrong with a name of which the beginning can be read all the same.
type oddName uint8

const (
	nameTooLong oddName = 1 << iota
	nameLoops
	tooManyLabels
)

var oddNames = [...]string{".name_too_long", ".infinite_loop", ".too_many_labels"}

// RawName reads the name at off as its bytes are: labels joined by dots, in the case sent, nothing escaped. It
// follows pointers in either direction, and returns the offset behind the name.
func RawName(b []byte, off int) (name []byte, next int, ok bool) {
	name, next, odd, ok := appendRaw([]byte{}, b, off)
	return name, next, ok && odd == 0
}

// raw is RawName in the Reader's memory, up to where a name becomes odd.
func (s *shower) raw(b []byte, off int) (name []byte, next int, ok bool) {
	name, next, odd, ok := appendRaw(s.r.room[:0], b, off)
	if ok {
		s.r.room = name
		s.odd |= odd
	}
	return name, next, ok
}

func appendRaw(name, b []byte, off int) (out []byte, next int, odd oddName, ok bool) {
	next = -1
	for jumps, labels := 0, 0; off >= 0 && off < len(b); {
		n := int(b[off])
		switch {
		case n == 0:
			if next < 0 {
				next = off + 1
			}
			return name, next, odd, true
		case n&0xc0 == 0xc0:
			if off+1 >= len(b) {
				return nil, off, odd, false
			}
			if next < 0 {
				next = off + 2
			}
			if jumps++; jumps > maxJumps {
				return name, next, odd&^tooManyLabels | nameLoops, true
			}
			off = n&0x3f<<8 | int(b[off+1])
		case n&0xc0 != 0, off+1+n > len(b):
			return nil, off, odd, false
		default:
			if labels++; labels > maxWalk && next >= 0 {
				return name, next, odd, true
			}
			if labels > maxLabels {
				odd |= tooManyLabels
			} else if len(name)+n+1 > maxRaw {
				odd |= nameTooLong
			}
			if odd == 0 {
				if len(name) > 0 {
					name = append(name, '.')
				}
				name = append(name, b[off+1:off+1+n]...)
			}
			off += 1 + n
		}
	}
	return nil, off, odd, false
}

// skipName finds the end of the name at off, judging it as appendRaw does but for where pointers lead that point back.
func (s *shower) skipName(b []byte, off int) (next int, ok bool) {
	for size, labels, start := 0, 0, off; off < len(b); {
		n := int(b[off])
		switch {
		case n == 0:
			return off + 1, true
		case n&0xc0 == 0xc0:
			if off+2 <= len(b) && n&0x3f<<8|int(b[off+1]) >= start { // it may be led around
				_, next, ok = s.raw(b, start)
				return next, ok
			}
			return off + 2, off+2 <= len(b)
		case n&0xc0 != 0, off+1+n > len(b):
			return off, false
		}
		if labels++; labels > maxLabels {
			s.odd |= tooManyLabels
		} else if size += n + 1; size > maxRaw {
			s.odd |= nameTooLong
		}
		off += 1 + n
	}
	return off, false
}
