package nfs

import "github.com/yagura-project/yagura/dissect"

const (
	maxWhole = 16 << 10 // a record up to this size is waited for
	maxPart  = 4 << 10  // of a larger one this much is read at first; file data behind it passes through
)

// half is one direction of the stream.
type half struct {
	x      *file // where file data goes
	data   int   // bytes of it that come next
	offset uint64
	skip   int    // bytes before it
	rest   int    // bytes of the record behind it
	joined []byte // earlier fragments of a record
	lost   bool
	long   fragments
}

type stream struct {
	talk
	half [2]half
	seen bool
}

// Data reads records.
func (s *stream) Data(d dissect.Dir, b []byte) (n int, err error) {
	h := &s.half[d]
	for n < len(b) {
		used, err := s.step(d, h, b[n:])
		if err != nil {
			return n, err
		}
		if used == 0 {
			return n, nil
		}
		n += used
	}
	return n, nil
}

func (s *stream) step(d dissect.Dir, h *half, b []byte) (int, error) {
	switch {
	case h.long.on:
		return s.onward(d, h, b)
	case h.skip > 0:
		n := min(h.skip, len(b))
		h.skip -= n
		return n, nil
	case h.data > 0:
		n := min(h.data, len(b))
		s.data(h.x, h.offset, b[:n])
		h.data -= n
		h.offset += uint64(n)
		if h.data == 0 {
			s.through(h)
		}
		return n, nil
	case h.rest > 0:
		n := min(h.rest, len(b))
		h.rest -= n
		return n, nil
	case h.lost:
		if probe(d, b, false, 2049) != dissect.Yes {
			return len(b), nil
		}
		h.lost = false
	}
	return s.record(d, h, b)
}

// through is called when all data of a message went by: a file that was read to its end is over.
func (s *stream) through(h *half) {
	if x := h.x; x != nil && x.ends && !x.key.write && x.o.Next >= x.size {
		s.endFile(x.key, true)
	}
	h.x = nil
}

// record reads the next fragment.
func (s *stream) record(d dissect.Dir, h *half, b []byte) (int, error) {
	if len(b) < marker {
		return 0, nil
	}
	size, last, ok := fragmentHead(b)
	if !ok {
		return s.astray(d, h, b)
	}
	want := size
	if size > maxWhole && last && len(h.joined) == 0 {
		want = maxPart
	} else if room := maxWhole - len(h.joined); size > room {
		want = room
	}
	if !s.seen && len(h.joined) == 0 && probe(d, b, false, 2049) == dissect.No { // the next fragments of a record have no head of their own
		return s.astray(d, h, b)
	}
	if len(b) < marker+want {
		return 0, nil
	}
	if room := maxWhole - len(h.joined); size > room && (!last || len(h.joined) > 0) {
		return s.begin(d, h, b, size, last, room)
	}
	part := b[marker : marker+want]
	if !last || len(h.joined) > 0 {
		h.joined = append(h.joined, part...)
		if !last {
			return marker + want, nil
		}
		part, size = h.joined, len(h.joined)
		h.joined = nil
		if _, err := s.take(d, h, part, size, false); err != nil {
			return s.astray(d, h, b)
		}
		return marker + want, nil
	}
	if _, err := s.take(d, h, part, size, true); err != nil {
		return s.astray(d, h, b)
	}
	s.seen = true
	if s.framed {
		s.frames(d, b[:marker+want], marker)
	}
	return marker + want, nil
}

// take reads a message and gives its file data on: what is here now, the rest as it comes.
func (s *stream) take(d dissect.Dir, h *half, part []byte, size int, more bool) (int, error) {
	c, err := s.message(d, part, size)
	if err != nil {
		return 0, err
	}
	if more {
		h.rest = size - len(part)
	}
	if c.x == nil {
		return len(part), nil
	}
	here := min(c.n, max(0, len(part)-c.at))
	if here > 0 {
		s.data(c.x, c.offset, part[c.at:c.at+here])
	}
	h.x, h.offset = c.x, c.offset+uint64(here)
	h.skip = max(0, c.at-len(part))
	if h.data = min(c.n-here, h.rest); h.data > 0 {
		h.rest = max(0, h.rest-h.skip-h.data)
	} else {
		s.through(h)
	}
	return len(part), nil
}

// astray gives up what is no record: the flow when nothing was understood yet, else this segment.
func (s *stream) astray(d dissect.Dir, h *half, b []byte) (int, error) {
	if !s.seen && !s.f.Midstream {
		return 0, dissect.ErrNotMine
	}
	s.odd(d)
	if !s.seen {
		return 0, errMessage
	}
	*h = half{lost: true}
	return len(b), nil
}

// Gap passes over n lost bytes where the message they belong to is known, and else looks for the next one.
func (s *stream) Gap(d dissect.Dir, n int) error {
	h := &s.half[d]
	switch {
	case h.long.on && n > h.long.left: // the head of a fragment is lost, too
		*h = half{lost: true}
	case h.skip == 0 && h.data >= n && h.x != nil:
		h.x.o.Lost(h.offset, uint64(n))
		h.data -= n
		h.offset += uint64(n)
		h.long.left -= min(n, h.long.left)
		if h.data == 0 {
			s.through(h)
		}
	case h.skip == 0 && h.data == 0 && h.long.on:
		h.long.left -= n
	case h.skip == 0 && h.data == 0 && h.rest >= n:
		h.rest -= n
	default:
		*h = half{lost: true}
	}
	return nil
}

type datagrams struct{ talk }

// Datagram reads one message.
func (s *datagrams) Datagram(d dissect.Dir, b []byte) error {
	c, err := s.message(d, b, len(b))
	if err != nil {
		s.odd(d)
		return err
	}
	if s.framed {
		s.frames(d, b, 0)
	}
	if c.x == nil || c.at > len(b) {
		return nil
	}
	s.data(c.x, c.offset, b[c.at:c.at+min(c.n, len(b)-c.at)])
	if x := c.x; x.ends && !x.key.write && x.o.Next >= x.size {
		s.endFile(x.key, true)
	}
	return nil
}
