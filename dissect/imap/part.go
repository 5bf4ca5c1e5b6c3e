package imap

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
)

// part is what is known of a message, or a part of one, that is fetched piece by piece: BODY[]<0>, BODY[]<16384> … (RFC 9051 §6.4.5).
type part struct {
	number  string // of the message in its mailbox; "" where it is not fetched so
	section string
	size    uint64 // of all of it, 0 where that is not told
	piece   uint64 // of this piece
}

// begin looks what the literal behind s.line is: a message or a part of it, the next piece of one, or something else.
func (p *parser) begin(dir dissect.Dir, s *side, size uint64) {
	c, ok := message(dir, s.line)
	if !ok {
		return
	}
	var f fetched
	if dir == dissect.Resp {
		f, _ = readFetched(string(s.line))
	}
	same := s.m != nil && c.piece && f.number != "" && f.number == s.part.number && c.section == s.part.section
	if same && c.at > 0 && c.at == s.m.Size() { // the next piece
		if s.part.piece = size; size == 0 {
			p.finish(s, true)
			return
		}
		s.shown.at = -1 // it does not join on
		s.into = true
		return
	}
	if c.at == 0 && size > 0 {
		p.open(dir, s, c, f, size)
	}
}

// open begins a message, or what of it the server sends.
func (p *parser) open(dir dissect.Dir, s *side, c content, f fetched, size uint64) {
	p.told(f)
	fields, total := "", f.size
	switch c.section {
	case "":
	case "TEXT":
		if fields, total = p.header.header, 0; fields == "" || !f.of(p.header.number, p.header.uid) {
			return // what it is cannot be said without its fields
		}
	default:
		k, ok := p.sectionOf(f, c.section)
		if !ok {
			return
		}
		if fields, total = k.fields+"\r\n", k.size; !c.decoded {
			fields = k.fields + "Content-Transfer-Encoding: " + k.coding + "\r\n\r\n"
		}
	}
	if s.m != nil {
		p.finish(s, false)
	}
	s.t = p.f.Tx("")
	s.m = mail.Begin(p.f, s.t, dir, "imap")
	s.shown = shown{body: -1}
	whole := c.section == "" || c.section == "TEXT"
	if whole {
		s.shown = p.show(dir, s)
		s.shown.frames = s.shown.frames && c.section == ""
	}
	s.m.Told([]byte(fields), whole)
	s.part = part{section: c.section, size: total, piece: size}
	if c.piece {
		s.part.number = f.number
	}
	s.into = true
}

// told remembers what an answer says of a message that may be fetched.
func (p *parser) told(f fetched) {
	p.describe(f)
	if f.header != "" {
		p.header = f
		p.header.structure = node{}
	}
}

// piece ends a literal of a message: with it the message is over, unless the client may ask for more of it.
func (p *parser) piece(s *side) {
	switch x := &s.part; {
	case x.number == "", x.size > 0 && s.m.Size() >= x.size, x.piece < p.asked:
		p.finish(s, true)
	}
}

// asks is how many bytes of a message a command asks for: "BODY.PEEK[2]<0.16384>".
func asks(args string) (n uint64, ok bool) {
	_, rest, ok := strings.Cut(args, "]<")
	if !ok {
		return 0, false
	}
	rest, _, _ = strings.Cut(rest, ">")
	_, count, _ := strings.Cut(rest, ".")
	n, err := strconv.ParseUint(count, 10, 63)
	return n, err == nil
}
