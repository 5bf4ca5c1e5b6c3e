// Package imap reads IMAP (RFC 9051, RFC 3501): log-ons, and the messages that are fetched or put away.
package imap

import (
	"bytes"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is IMAP on any port.
var Protocol = dissect.Protocol{
	Name:     "imap",
	Spec:     "RFC 9051, RFC 3501, RFC 7888, RFC 4978",
	TCP:      []uint16{143},
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

// Bounds of one session.
const (
	maxLine    = 64 << 10
	maxPending = 128 // commands that wait for their results
	maxLiteral = 1 << 40
	maxParts   = 64 // literals in one line that may be messages

	maxAnnounced = 32 // bytes of "{310+}" and a line end
)

// parser reads one session.
type parser struct {
	f       *dissect.Flow
	sides   [2]side
	pending []command // oldest first
	asked   uint64    // how much of a message the client fetches at a time; 0: all
	known   []known   // parts that may be fetched, the latest described last
	header  fetched   // the latest message whose fields came alone

	turned   bool // what follows is compressed
	squeezed bool // all is
	packed   [2]packed
}

// side is one direction.
type side struct {
	line []byte // beginning of a line that goes on behind a literal
	left uint64 // bytes of a literal that are still to come
	m    *mail.Message
	t    *wire.Tx
	into bool // the literal is of the message
	part part
	lost bool
	long bool // within a line that is too long
	n    int  // literals in this line so far

	shown shown
}

// command is a line of the client.
type command struct {
	tag, verb, user string
	how             mail.Mechanism
}

func newParser(f *dissect.Flow) dissect.Stream { return &parser{f: f} }

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if p.squeezed {
		return len(b), p.unpack(dir, b)
	}
	if n, err = p.plain(dir, b); !p.turned || err != nil {
		return n, err
	}
	p.turned, p.squeezed = false, true
	return len(b), p.unpack(dir, b[n:])
}

// plain takes bytes that are not compressed.
func (p *parser) plain(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.sides[dir]
	for n < len(b) && !p.turned {
		if s.left > 0 {
			k := int(min(s.left, uint64(len(b)-n)))
			p.literal(s, b[n:n+k])
			n += k
			continue
		}
		end := bytes.IndexByte(b[n:], '\n')
		if s.long = s.long || end >= maxLine || end < 0 && len(b)-n > maxLine; s.long {
			used := s.pass(b[n:], end)
			if n += used; end < 0 {
				return n, nil
			}
			continue
		}
		if end < 0 {
			return n, nil
		}
		raw := b[n : n+end+1]
		line := bytes.TrimRight(raw[:end], "\r")
		n += end + 1
		if s.lost {
			s.lost = false
			continue
		}
		p.f.ShowFrames(dir, dissect.Frame{ID: wire.FrameIMAPPDU, B: raw})
		if err := p.take(dir, s, line); err != nil {
			return n, err
		}
	}
	return n, nil
}

// pass passes over a line that is too long, such as all numbers of a large mailbox, but for the announcement of a literal at its end.
func (s *side) pass(b []byte, end int) int {
	if end < 0 {
		return max(0, len(b)-maxAnnounced)
	}
	s.long, s.lost, s.line, s.into = false, false, nil, false
	s.left, _ = announced(bytes.TrimRight(b[max(0, end-maxAnnounced):end], "\r"))
	return end + 1
}

// literal takes bytes of a literal (RFC 9051 §4.3).
func (p *parser) literal(s *side, b []byte) {
	if s.left -= uint64(len(b)); s.m != nil && s.into {
		s.shown.take(b)
		s.m.Write(b)
		if p.f.Show(s.t); s.left == 0 {
			p.piece(s)
		}
	} else if len(s.line)+len(b) < maxLine {
		s.line = append(s.line, b...)
	}
}

// take takes a line, or the piece of one before a literal.
func (p *parser) take(dir dissect.Dir, s *side, line []byte) error {
	if size, ok := announced(line); ok {
		if len(s.line)+len(line) < maxLine {
			s.line = append(s.line, line...)
		}
		s.left, s.into = size, false
		if s.n++; s.n <= maxParts {
			p.begin(dir, s, size)
		}
		return nil
	}
	s.n = 0
	if len(s.line) > 0 {
		line = append(s.line, line...)
		s.line = nil
	}
	if p.f.Wants(lines[dir]) {
		t := p.f.Tx("")
		t.Copy(lines[dir], dir, line)
		p.f.EndTx(t)
	}
	if dir == dissect.Orig {
		p.command(string(line))
		return nil
	}
	return p.result(string(line))
}

// lines are the buffers of lines as rules see them.
var lines = [2]wire.Buffer{wire.IMAPRequest, wire.IMAPResponse}

// command reads a line of the client.
func (p *parser) command(line string) {
	tag, rest, ok := strings.Cut(line, " ")
	if !ok { // an answer to a demand for more
		if len(p.pending) > 0 {
			p.pending[len(p.pending)-1].how.Answer(line)
		}
		return
	}
	verb, args, _ := strings.Cut(rest, " ")
	if n, ok := asks(args); ok {
		p.asked = n
	}
	c := command{tag: tag, verb: strings.ToUpper(verb[:min(len(verb), 16)])}
	switch c.verb {
	case "LOGIN":
		c.user = word(args)
	case "AUTHENTICATE":
		c.how.Begin(args)
	case "SELECT", "EXAMINE", "CLOSE", "UNSELECT":
		p.elsewhere()
	}
	if len(p.pending) == maxPending {
		p.pending = p.pending[1:]
	}
	p.pending = append(p.pending, c)
}

// result reads a line of the server; those with a tag end a command.
func (p *parser) result(line string) error {
	tag, rest, _ := strings.Cut(line, " ")
	if tag == "*" {
		p.untagged(line, rest)
		return nil
	}
	for i, c := range p.pending {
		if c.tag != tag {
			continue
		}
		p.pending = append(p.pending[:i], p.pending[i+1:]...)
		good := strings.HasPrefix(strings.ToUpper(rest[:min(len(rest), 3)]), "OK")
		switch c.verb {
		case "LOGIN", "AUTHENTICATE":
			p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "imap", Message: "LOGIN", User: c.user + c.how.User, Success: good, Answered: true})
		case "STARTTLS":
			if good {
				return dissect.ErrNext
			}
		case "COMPRESS":
			p.turned = good && !p.squeezed
		}
		break
	}
	return nil
}

// untagged reads what the server tells of messages.
func (p *parser) untagged(line, rest string) {
	if f, ok := readFetched(line); ok {
		p.told(f)
	} else if _, what, _ := strings.Cut(rest, " "); strings.EqualFold(what, "EXPUNGE") {
		p.shifted()
	}
}

// finish tells of a message.
func (p *parser) finish(s *side, whole bool) {
	s.shown.end()
	p.f.Emit(s.m.Close(whole))
	p.f.EndTx(s.t)
	s.m, s.t, s.part = nil, nil, part{}
}

// Gap implements dissect.Stream.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	s := &p.sides[dir]
	if p.squeezed {
		p.packed[dir].close()
		s.left = 0
	}
	if s.left > uint64(n) {
		if s.left -= uint64(n); s.m != nil && s.into {
			s.shown.at = -1 // what follows does not join on
			s.m.Lost(n)
		}
		return nil
	}
	if s.m != nil {
		p.finish(s, false)
	}
	s.left, s.line, s.lost, s.long, s.n = 0, nil, true, false, 0
	return nil
}

// Close implements dissect.Stream.
func (p *parser) Close() {
	for d := range p.sides {
		if s := &p.sides[d]; s.m != nil {
			p.finish(s, false)
		}
		p.packed[d].close()
	}
}
