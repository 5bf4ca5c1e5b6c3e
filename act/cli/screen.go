package cli

import (
	"errors"
	"strings"
	"unicode"
)

// Limits of one answer: whatever a device says beyond them ends the conversation.
const (
	maxAnswer = 1 << 20 // bytes of one answer, as they come
	maxLine   = 4096    // bytes of one line
	maxLines  = 20_000
)

var errTooMuch = errors.New("the device says more than can be a sensible answer; the conversation is ended")

// screen is what a terminal would show of a device's bytes: overwriting by carriage return and backspace is done, escape
// sequences (ECMA-48) and other controls are dropped wherever they are torn apart.
type screen struct {
	lines []string // finished
	now   []byte   // the line under way
	at    int      // cursor in now
	esc   escState
	bytes int
}

type escState uint8

const (
	escNone   escState = iota
	escBegun           // after ESC
	escParams          // in a control sequence
	escString          // in an operating system command and its like, until BEL or ESC \
	escEnding          // ESC within such a string
)

// write takes bytes; it fails beyond the limits.
func (s *screen) write(b []byte) error {
	s.bytes += len(b)
	if s.bytes > maxAnswer {
		return errTooMuch
	}
	for _, c := range b {
		if s.esc != escNone && c != '\n' && c != '\r' { // a line's end ends a sequence that was cut short
			s.escape(c)
			continue
		}
		s.esc = escNone
		if err := s.char(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *screen) char(c byte) error {
	switch {
	case c == 0x1b:
		s.esc = escBegun
	case c == '\n':
		if len(s.lines) >= maxLines {
			return errTooMuch
		}
		s.lines = append(s.lines, strings.TrimRight(plain(s.now), " "))
		s.now, s.at = s.now[:0], 0
	case c == '\r':
		s.at = 0
	case c == '\b':
		s.at = max(s.at-1, 0)
	case c == '\t':
		return s.put(' ')
	case c >= 0x20 && c != 0x7f:
		return s.put(c)
	}
	return nil
}

func (s *screen) put(c byte) error {
	if s.at < len(s.now) {
		s.now[s.at] = c
	} else if len(s.now) >= maxLine {
		return errTooMuch
	} else {
		s.now = append(s.now, c)
	}
	s.at++
	return nil
}

func (s *screen) escape(c byte) {
	switch s.esc {
	case escBegun:
		switch c {
		case '[':
			s.esc = escParams
		case ']', 'P', 'X', '^', '_':
			s.esc = escString
		default:
			s.esc = escNone
			if c >= 0x20 && c <= 0x2f { // an intermediate byte: one more follows
				s.esc = escBegun
			}
		}
	case escParams:
		if c >= 0x40 && c <= 0x7e {
			s.esc = escNone
			if c == 'K' {
				s.now = s.now[:min(s.at, len(s.now))]
			}
		}
	case escString:
		switch c {
		case 0x07:
			s.esc = escNone
		case 0x1b:
			s.esc = escEnding
		}
	case escEnding:
		s.esc = escString
		if c == '\\' {
			s.esc = escNone
		}
	}
}

// last is the line under way.
func (s *screen) last() string { return plain(s.now) }

// plain is text that may be shown to people and kept: valid, without characters that steer a terminal or the direction of writing.
func plain(b []byte) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, string(b))
}
