package telnet

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Ends of subnegotiations (RFC 855).
const (
	se      = 240
	maxLine = 4 << 10 // of a line or a subnegotiation; a longer one is cut there
)

// newStream follows log-ons, and cuts commands and lines out where a rule asks for them.
func newStream(f *dissect.Flow) dissect.Stream {
	cuts := f.Wants(wire.TelnetFramePDU) || f.Wants(wire.TelnetFrameCtl) || f.Wants(wire.TelnetFrameData)
	return &session{f: f, cuts: cuts, logons: logons{f: f}}
}

type session struct {
	f      *dissect.Flow
	cuts   bool
	seen   [2]int // bytes that are given again, since the rest of a line is waited for
	logons logons
}

// Data implements dissect.Stream.
func (s *session) Data(dir dissect.Dir, b []byte) (n int, err error) {
	s.logons.hear(dir, b[min(s.seen[dir], len(b)):])
	if n = len(b); s.cuts {
		n = s.cut(dir, b)
		s.seen[dir] = len(b) - n
	} else if s.logons.finish {
		err = dissect.ErrDone
	}
	return n, err
}

// cut shows what is whole.
func (s *session) cut(dir dissect.Dir, b []byte) (n int) {
	for n < len(b) {
		k, id := next(b[n:])
		if k == 0 {
			return n
		}
		s.f.ShowFrames(dir, dissect.Frame{ID: wire.TelnetFramePDU, B: b[n : n+k]}, dissect.Frame{ID: id, B: b[n : n+k]})
		n += k
	}
	return n
}

// next is the size of what comes next; 0 waits for more.
func next(b []byte) (int, wire.Buffer) {
	if b[0] != iac {
		return line(b), wire.TelnetFrameData
	}
	switch {
	case len(b) < 2:
		return 0, 0
	case b[1] == sb:
		end := bytes.Index(b, []byte{iac, se})
		switch {
		case end >= 0:
			return end + 2, wire.TelnetFrameCtl
		case len(b) >= maxLine:
			return maxLine, wire.TelnetFrameCtl
		}
		return 0, 0
	case b[1] >= will && b[1] <= dont:
		if len(b) < 3 {
			return 0, 0
		}
		return 3, wire.TelnetFrameCtl
	}
	return 2, wire.TelnetFrameCtl
}

// line ends with its end or before a command.
func line(b []byte) int {
	for i, c := range b {
		switch {
		case c == '\n':
			return i + 1
		case c == iac, i == maxLine:
			return i
		}
	}
	return 0
}

// Gap implements dissect.Stream: another line begins behind it.
func (s *session) Gap(dir dissect.Dir, _ int) error {
	s.seen[dir] = 0
	s.logons.lost()
	return nil
}

// Close implements dissect.Stream.
func (s *session) Close() { s.logons.close() }
