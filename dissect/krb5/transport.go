package krb5

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

type datagrams struct{ exchange }

// Datagram reads one message.
func (d *datagrams) Datagram(dir dissect.Dir, b []byte) error { return d.message(dir, b) }

// Close has nothing open to emit: each message has its event.
func (d *datagrams) Close() {}

type stream struct {
	exchange
	seen bool    // a message was understood
	lost [2]bool // bytes are missing: the next segment may begin a message
}

// Data reads messages behind their length (RFC 4120 §7.2.2).
func (s *stream) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if s.lost[dir] {
		if probe(dir, b, false, 88) == dissect.No {
			return len(b), nil
		}
		s.lost[dir] = false
	}
	for len(b)-n >= 4 {
		size := int(binary.BigEndian.Uint32(b[n:]))
		if size == 0 || size > maxMessage {
			return s.astray(dir, b)
		}
		if len(b)-n < 4+size {
			return n, nil
		}
		if err := s.message(dir, b[n+4:n+4+size]); err != nil {
			return s.astray(dir, b)
		}
		n += 4 + size
		s.seen = true
	}
	return n, nil
}

// astray gives up what is no message: the flow when nothing was understood yet, else this segment.
func (s *stream) astray(dir dissect.Dir, b []byte) (int, error) {
	if !s.seen {
		return 0, ErrMessage
	}
	s.lost[dir] = true
	return len(b), nil
}

// Gap waits for a segment that begins with a message: there is no mark to find one by.
func (s *stream) Gap(dir dissect.Dir, _ int) error {
	s.lost[dir] = true
	return nil
}

// Close has nothing open to emit: each message has its event.
func (s *stream) Close() {}
