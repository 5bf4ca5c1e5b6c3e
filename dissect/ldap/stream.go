package ldap

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/event/wire"
)

const (
	maxWhole = 64 << 10 // a message up to this size is waited for
	maxPart  = 16 << 10 // of a larger one this much is looked at
	maxWrap  = 16 << 20 // of a message wrapped by SASL
)

type stream struct {
	talk
	seen bool
	skip [2]int // bytes of a large message that are passed over
	left [2]int // of a large buffer whose messages are read one by one: bytes still to come
	lost [2]bool
}

func newStream(f *dissect.Flow) *stream { return &stream{talk: newTalk(f, false)} }

// Data reads messages; after a bind by SASL they may be wrapped.
func (s *stream) Data(d dissect.Dir, b []byte) (n int, err error) {
	for n < len(b) {
		if k := min(s.skip[d], len(b)-n); k > 0 {
			s.skip[d] -= k
			s.left[d] = max(0, s.left[d]-k)
			n += k
			continue
		}
		if s.tail(d, b[n:]) {
			continue
		}
		if s.lost[d] {
			if begins(b[n:]) != dissect.Yes && (!s.secured || secured(b[n:]) != dissect.Yes) {
				return len(b), nil
			}
			s.lost[d] = false
		}
		used, err := s.next(d, b[n:])
		if err != nil {
			return n, err
		}
		if used == 0 {
			return n, nil
		}
		n += used
		if s.left[d] = max(0, s.left[d]-used); s.left[d] > 0 {
			s.skip[d] = min(s.skip[d], s.left[d])
		}
		s.seen = true
		if s.startTLS {
			return n, dissect.ErrNext
		}
	}
	return n, nil
}

// next takes the next message; 0 when more bytes are needed.
func (s *stream) next(d dissect.Dir, b []byte) (int, error) {
	if b[0] != ber.Sequence {
		return s.wrapped(d, b)
	}
	head, size, more, bad := ber.Head(b)
	if more {
		return 0, nil
	}
	if bad {
		return s.astray(d, b)
	}
	total := head + size
	want := total
	if total > maxWhole {
		want = maxPart
	}
	if begins(b) == dissect.No { // also where all of it is here: how it was cut must not matter
		return s.astray(d, b)
	}
	if len(b) < want {
		return 0, nil
	}
	m, ok := parse(b[:want], total)
	if !ok {
		return s.astray(d, b)
	}
	s.skip[d] = total - want
	s.message(d, &m)
	s.f.ShowFrames(d, dissect.Frame{ID: wire.LDAPFramePDU, B: b[:want]})
	return want, nil
}

// astray gives up what is no message: the flow when nothing was understood yet, else this segment.
func (s *stream) astray(d dissect.Dir, b []byte) (int, error) {
	if !s.seen && !s.f.Midstream {
		return 0, dissect.ErrNotMine
	}
	s.odd(d)
	if !s.seen {
		return 0, errMessage
	}
	s.lost[d] = true
	return len(b), nil
}

// wrapped takes a buffer of a security layer: its length, then the token (RFC 4422 §3.7). Where it is only signed the
// messages within can be read.
func (s *stream) wrapped(d dissect.Dir, b []byte) (int, error) {
	if len(b) < 4 {
		return 0, nil
	}
	size := int(binary.BigEndian.Uint32(b))
	if !s.secured && !s.f.Midstream || size < 16 || size > maxWrap {
		return s.astray(d, b)
	}
	want := min(4+size, maxWhole)
	if len(b) < want {
		return 0, nil
	}
	in := inside(b[4:want])
	if in == nil {
		if s.secured = s.secured || sealed(b[4:want]); !s.secured {
			return s.astray(d, b)
		}
		s.f.AddOpaque(size)
	}
	if len(in) > 0 && want < 4+size { // too large to be looked at whole: its messages come one by one
		s.left[d] = 4 + size
		return want - len(in), nil
	}
	for len(in) > 0 {
		head, n, more, bad := ber.Head(in)
		if more || bad {
			break
		}
		m, ok := parse(in, head+n)
		if !ok {
			break
		}
		s.message(d, &m)
		in = in[min(len(in), head+n):]
	}
	s.skip[d] = 4 + size - want
	return want, nil
}

// maxTail bounds what stands behind the messages of a buffer: a checksum that was not turned round (RFC 4121 §4.2.6.2).
const maxTail = 64

// tail passes over what stands behind the messages of a large buffer.
func (s *stream) tail(d dissect.Dir, b []byte) bool {
	if s.left[d] == 0 || s.left[d] > maxTail || begins(b) != dissect.No {
		return false
	}
	s.skip[d], s.left[d] = s.left[d], 0
	return true
}

// sealed tells a token of Kerberos (RFC 4121 §4.2.6.2) or NTLM (MS-NLMP §2.2.2.9) that encrypts what it protects.
func sealed(b []byte) bool {
	return len(b) >= 16 && (b[0] == 5 && b[1] == 4 && b[2]&^7 == 0 && b[2]&2 != 0 && b[3] == 0xff || binary.LittleEndian.Uint32(b) == 1)
}

// inside is what a token protects, nil when it is encrypted: of NTLM behind a signature of 16 bytes (MS-NLMP §2.2.2.9), of
// Kerberos behind a header of 16 bytes and, turned round, the checksum (RFC 4121 §4.2.6.2).
func inside(b []byte) []byte {
	if len(b) < 20 {
		return nil
	}
	at := 16
	if b[0] == 5 && b[1] == 4 {
		if b[2]&2 != 0 { // sealed
			return nil
		}
		at += int(binary.BigEndian.Uint16(b[6:])) // right rotation count
	}
	if at >= len(b) || begins(b[at:]) != dissect.Yes {
		return nil
	}
	return b[at:]
}

// Gap passes over what is lost of a large message, or waits for a segment that begins with one.
func (s *stream) Gap(d dissect.Dir, n int) error {
	if s.skip[d] >= n {
		s.skip[d] -= n
		s.left[d] = max(0, s.left[d]-n)
		return nil
	}
	s.skip[d], s.left[d], s.lost[d] = 0, 0, true
	return nil
}

type datagrams struct{ talk }

func newDatagrams(f *dissect.Flow) *datagrams { return &datagrams{newTalk(f, true)} }

// Datagram reads the messages of one datagram: a search, or an entry with the end of the search.
func (t *datagrams) Datagram(d dissect.Dir, b []byte) error {
	for n := 0; len(b) > 0; n++ {
		head, size, more, bad := ber.Head(b)
		if more || bad || head+size > len(b) {
			t.odd(d)
			return errMessage
		}
		m, ok := parse(b[:head+size], head+size)
		if !ok {
			t.odd(d)
			return errMessage
		}
		t.message(d, &m)
		t.f.ShowFrames(d, dissect.Frame{ID: wire.LDAPFramePDU, B: b[:head+size]})
		b = b[head+size:]
	}
	return nil
}
