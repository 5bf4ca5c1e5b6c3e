package rdp

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// stream is one connection, read until it is encrypted or the session begins.
type stream struct {
	f         *dissect.Flow
	e         event.RDPActivity // what is known so far
	asked     bool
	confirmed bool
	sealed    bool // the server chose encryption of RDP's own
}

// Data reads packets of TPKT.
func (s *stream) Data(d dissect.Dir, b []byte) (n int, err error) {
	for len(b)-n >= tpktHead {
		p := b[n:]
		if p[0] != 3 {
			return n, s.other(p)
		}
		size := int(binary.BigEndian.Uint16(p[2:]))
		if size < tpktHead+3 || size > maxTPKT {
			return n, s.bad()
		}
		if len(p) < size {
			return n, nil
		}
		n += size
		if err := s.packet(d, p[tpktHead:size]); err != nil {
			return n, err
		}
	}
	return n, nil
}

// other meets something that is no TPKT: TLS where the answer was missed, or input in RDP's fast path.
func (s *stream) other(b []byte) error {
	switch {
	case s.asked && b[0] == 0x16 && b[1] == 3:
		return s.next()
	case s.e.Step == event.RDPAccept || s.e.Step == event.RDPConnect:
		return s.done()
	}
	return s.bad()
}

func (s *stream) bad() error {
	if !s.asked && !s.confirmed {
		return dissect.ErrNotMine
	}
	return errMessage
}

// next hands the rest to TLS, whose flow is still RDP.
func (s *stream) next() error {
	s.f.Carry("rdp")
	return dissect.ErrNext
}

func (s *stream) done() error {
	if s.sealed {
		return dissect.ErrOpaque
	}
	return dissect.ErrDone
}

// packet reads one X.224 TPDU.
func (s *stream) packet(d dissect.Dir, b []byte) error {
	switch {
	case b[1] == crCDT && len(b) >= x224Fixed && !s.asked:
		s.asked = true
		s.request(b[x224Fixed:])
		s.tell(d, event.RDPRequest)
	case b[1] == ccCDT && len(b) >= x224Fixed && !s.confirmed:
		s.confirmed = true
		s.confirm(b[x224Fixed:])
		s.tell(d, event.RDPResponse)
		if s.e.Failure != 0 {
			return dissect.ErrDone
		}
		if s.e.Selected != 0 {
			return s.next()
		}
	case b[1] == dataTPDU && s.e.Step != event.RDPAccept:
		return s.connect(d, b[3:])
	case b[1] == dataTPDU:
		return s.done()
	default:
		return s.bad()
	}
	return nil
}

// tell emits what is known, as a step.
func (s *stream) tell(d dissect.Dir, step string) {
	s.e.Step = step
	e := s.e
	e.Header, e.Conn = s.f.Head(), s.f.Conn
	s.e.TxID++
	if t := s.f.Tx(""); t != nil {
		t.Done[1-d], t.Tale = true, &e
		s.f.EndTx(t)
	}
	s.f.Emit(&e)
}

const maxCookie = 256

// request reads MS-RDPBCGR §2.2.1.1: a cookie or routing token up to its line end, then the protocols.
func (s *stream) request(b []byte) {
	if i := bytes.Index(b, []byte("\r\n")); i >= 0 && i <= maxCookie {
		line := utf16le.OEM(b[:i], i)
		const cookie, token = "Cookie: mstshash=", "Cookie: msts="
		switch {
		case len(line) >= len(cookie) && line[:len(cookie)] == cookie:
			s.e.Cookie = line[len(cookie):]
		case len(line) >= len(token) && line[:len(token)] == token:
			s.e.Token = line[len(token):]
		default:
			s.e.Token = line
		}
		b = b[i+2:]
	}
	if len(b) >= 8 && b[0] == 1 {
		s.e.Requested = binary.LittleEndian.Uint32(b[4:])
	}
}

// confirm reads the server's choice (§2.2.1.2).
func (s *stream) confirm(b []byte) {
	s.e.Answered = true
	if len(b) < 8 {
		return
	}
	switch v := binary.LittleEndian.Uint32(b[4:]); b[0] {
	case 2:
		s.e.Flags, s.e.Selected = b[1], v
	case 3:
		s.e.Failure = v
	}
}

// Gap ends reading: behind a hole nothing can be told from what is encrypted.
func (s *stream) Gap(dissect.Dir, int) error { return s.done() }

// Close has nothing open: each step has its event.
func (s *stream) Close() {}
