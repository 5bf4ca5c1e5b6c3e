package imap

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
)

// part is what is known of a message that is fetched piece by piece: BODY[]<0>, BODY[]<16384> … (RFC 9051 §6.4.5).
type part struct {
	number string // of the message in its mailbox; "" where it is not fetched so
	size   uint64 // of all of it, 0 where that is not told
	piece  uint64 // of this piece
}

// begin looks what the literal behind s.line is: a message, the next piece of one, or something else.
func (p *parser) begin(dir dissect.Dir, s *side, size uint64) {
	s.into = false
	at, piece, ok := message(dir, s.line)
	if !ok {
		return
	}
	number, sized := "", uint64(0)
	if piece {
		number, sized = numbered(s.line)
	}
	switch {
	case s.m != nil && number != "" && number == s.part.number && at > 0 && at == s.m.Size(): // the next piece
		if s.part.piece = size; size == 0 {
			p.finish(s, true)
			return
		}
		s.shown.at = -1 // it does not join on
		s.into = true
		return
	case at > 0 || size == 0:
		return
	}
	if s.m != nil {
		p.finish(s, false)
	}
	s.t = p.f.Tx("")
	s.m = mail.Begin(p.f, s.t, dir, "imap")
	s.shown = p.show(dir, s)
	s.part = part{number: number, size: sized, piece: size}
	s.into = true
}

// piece ends a literal of a message: with it the message is over, unless the client may ask for more of it.
func (p *parser) piece(s *side) {
	switch x := &s.part; {
	case x.number == "", x.size > 0 && s.m.Size() >= x.size, x.piece < p.asked:
		p.finish(s, true)
	}
}

// numbered is the message that an answer is about, "* 12 FETCH (…", and its size where that stands in it.
func numbered(line []byte) (number string, size uint64) {
	if words := bytes.SplitN(line, []byte(" "), 3); len(words) == 3 {
		number = string(words[1])
	}
	up := bytes.ToUpper(line)
	if _, rest, ok := bytes.Cut(up, []byte("RFC822.SIZE ")); ok {
		end := 0
		for end < len(rest) && '0' <= rest[end] && rest[end] <= '9' {
			end++
		}
		size, _ = strconv.ParseUint(string(rest[:end]), 10, 63) // 0 where it is none
	}
	return number, size
}

// fetched is how many bytes of a message a command asks for: "BODY.PEEK[]<0.16384>".
func fetched(args string) (n uint64, ok bool) {
	_, rest, ok := strings.Cut(args, "[]<")
	if !ok {
		return 0, false
	}
	rest, _, _ = strings.Cut(rest, ">")
	_, count, _ := strings.Cut(rest, ".")
	n, err := strconv.ParseUint(count, 10, 63)
	return n, err == nil
}
