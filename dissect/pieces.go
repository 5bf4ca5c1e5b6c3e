package dissect

import "slices"

// piece is a part of a file.
type piece struct {
	at uint64
	b  []byte
}

func (p *piece) end() uint64 { return p.at + uint64(len(p.b)) }

// pieces are parts of a file in order, which do not overlap.
type pieces []piece

// insert takes a copy of bytes at an offset, which with their length must not exceed what a uint64 holds. What is there
// already stays. It gives how many bytes were added.
func (l *pieces) insert(at uint64, b []byte) (added int) {
	for i := 0; len(b) > 0; {
		for i < len(*l) && (*l)[i].end() <= at {
			i++
		}
		n := uint64(len(b))
		if i < len(*l) {
			next := &(*l)[i]
			if next.at <= at {
				n = min(n, next.end()-at)
				at, b = at+n, b[n:]
				continue
			}
			n = min(n, next.at-at)
		}
		if i > 0 && (*l)[i-1].end() == at {
			(*l)[i-1].b = append((*l)[i-1].b, b[:n]...)
		} else {
			*l = slices.Insert(*l, i, piece{at, slices.Clone(b[:n])})
		}
		added += int(n)
		at, b = at+n, b[n:]
	}
	return added
}
