package nfs

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// fragments are what is still to come of a record in several fragments (RFC 5531 §11) that is too large to be waited for.
type fragments struct {
	on   bool
	left int // bytes of the fragment at hand
	last bool
}

// begin reads the beginning of such a record, once room bytes of the fragment at hand complete it; that has size bytes.
func (s *stream) begin(d dissect.Dir, h *half, b []byte, size int, last bool, room int) (int, error) {
	part := append(h.joined, b[marker:marker+room]...)
	h.joined = nil
	c, err := s.message(d, part, len(part))
	if err != nil {
		return s.astray(d, h, b)
	}
	s.seen = true
	h.long = fragments{on: true, left: size - room, last: last}
	if c.x == nil {
		return marker + room, nil
	}
	here := min(c.n, max(0, len(part)-c.at))
	if here > 0 {
		s.data(c.x, c.offset, part[c.at:c.at+here])
	}
	h.x, h.offset, h.skip = c.x, c.offset+uint64(here), max(0, c.at-len(part))
	if h.data = c.n - here; h.data == 0 {
		s.through(h)
	}
	return marker + room, nil
}

// onward gives the file data of such a record on.
func (s *stream) onward(d dissect.Dir, h *half, b []byte) (int, error) {
	if h.long.left == 0 {
		return s.fragment(d, h, b)
	}
	n := min(h.long.left, len(b))
	switch {
	case h.skip > 0:
		n = min(n, h.skip)
		h.skip -= n
	case h.data > 0:
		n = min(n, h.data)
		s.data(h.x, h.offset, b[:n])
		h.data -= n
		if h.offset += uint64(n); h.data == 0 {
			s.through(h)
		}
	}
	h.long.left -= n
	return n, nil
}

// fragment reads the head of the next one, or ends the record behind the last.
func (s *stream) fragment(d dissect.Dir, h *half, b []byte) (int, error) {
	if h.long.last {
		h.long, h.skip, h.data = fragments{}, 0, 0
		s.through(h)
		return s.step(d, h, b)
	}
	if len(b) < marker {
		return 0, nil
	}
	size, last, ok := fragmentHead(b)
	if !ok {
		return s.astray(d, h, b)
	}
	h.long.left, h.long.last = size, last
	return marker, nil
}

// fragmentHead reads how long a fragment is and whether it is the last of its record (RFC 5531 §11); false where none begins so. b holds
// at least marker bytes.
func fragmentHead(b []byte) (size int, last, ok bool) {
	head := binary.BigEndian.Uint32(b)
	size, last = int(head&^(1<<31)), head>>31 == 1
	return size, last, size <= maxFrag && (size > 0 || last)
}
