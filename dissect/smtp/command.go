package smtp

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// command reads a line of the client (RFC 5321 §4.1).
func (p *parser) command(line []byte) {
	if p.seen[dissect.Orig] = true; len(line) > longLine {
		p.open().t.Event(dissect.Orig, "smtp.max_command_line_len_exceeded")
		if len(line) > longReply {
			p.m.t.Event(dissect.Orig, "smtp.truncated_line")
		}
	}
	word, rest, _ := bytes.Cut(bytes.TrimLeft(line, " \t"), []byte(" "))
	verb := strings.ToUpper(string(word[:min(len(word), 16)]))
	rest = bytes.TrimSpace(rest)
	if len(p.pending) > 0 && p.pending[0].asked { // a name or password, not a command
		p.how.Answer(string(line))
		return
	}
	c := command{verb: verb}
	switch c.verb {
	case "HELO", "EHLO", "LHLO":
		p.hello(string(rest))
		c.m = p.m
	case "MAIL":
		p.mail(rest)
	case "RCPT":
		p.rcpt(rest)
	case "RSET":
		c.m = p.m
	case "DATA":
		c.m = p.open()
		p.sending, p.dots = true, mail.Dots{}
		c.m.data = true
	case "BDAT":
		c.m = p.open()
		p.bdat(rest)
	case "AUTH":
		p.how.Begin(string(rest))
		p.open()
	case "QUIT", "NOOP", "":
	default:
		p.open()
	}
	if p.early() {
		p.odd(dissect.Orig, "smtp.invalid_pipelined_sequence")
	}
	if len(p.pending) < maxPending {
		p.pending = append(p.pending, c)
	}
	if c.verb == "BDAT" && p.left == 0 && p.last {
		p.finish()
	}
}

// early says that the last command must have been answered before another may come (RFC 2920 §3.1), but was not.
func (p *parser) early() bool {
	n := len(p.pending)
	if n == 0 || !p.seen[dissect.Resp] || p.gap || p.f.Midstream {
		return false
	}
	return p.pending[n-1].verb == "STARTTLS" || p.pending[n-1].verb == "DATA"
}

func (p *parser) hello(name string) {
	m := p.open()
	if p.helo != "" {
		m.t.Event(dissect.Orig, "smtp.duplicate_fields")
	}
	p.helo, m.helo = name, name
	m.t.PutString(wire.SMTPHelo, dissect.Orig, name)
}

// path takes the address behind "FROM:" or "TO:" with its brackets, without parameters.
func path(b []byte, word string) ([]byte, bool) {
	if len(b) < len(word) || !strings.EqualFold(string(b[:len(word)]), word) {
		return nil, false
	}
	b = bytes.TrimSpace(b[len(word):])
	if len(b) > 0 && b[0] == '<' {
		if i := bytes.IndexByte(b, '>'); i >= 0 {
			return b[:i+1], true
		}
	}
	b, _, _ = bytes.Cut(b, []byte(" "))
	return b, true
}

func (p *parser) mail(rest []byte) {
	from, ok := path(rest, "FROM:")
	if !ok {
		return
	}
	if p.m != nil && (p.m.data || p.m.from != "") { // another message of the same session
		p.release()
	}
	m := p.open()
	m.from = string(bytes.Trim(from, "<>"))
	m.t.Put(wire.SMTPMailFrom, dissect.Orig, bytes.Clone(from))
}

func (p *parser) rcpt(rest []byte) {
	to, ok := path(rest, "TO:")
	if !ok {
		return
	}
	m := p.open()
	if len(m.to) < maxRcpt {
		m.to = append(m.to, string(bytes.Trim(to, "<>")))
		m.t.Put(wire.SMTPRcptTo, dissect.Orig, bytes.Clone(to))
	}
}

// bdat begins a chunk (RFC 3030).
func (p *parser) bdat(rest []byte) {
	size, tail, _ := bytes.Cut(rest, []byte(" "))
	n, err := strconv.ParseUint(string(size), 10, 40)
	tail = bytes.TrimSpace(tail)
	last := strings.EqualFold(string(tail), "LAST")
	if err != nil || len(tail) > 0 && !last { // the server refuses it, and what follows are commands
		p.odd(dissect.Orig, "smtp.invalid_bdat")
		p.last = false
		return
	}
	p.last = last
	p.m.data = true
	p.m.body()
	p.left = n
}

// Replies that a session begins or ends with (RFC 5321 §3.1, §3.8).
const (
	ready     = 220
	goingAway = 421
	noService = 554
)

// welcome looks at the first reply, which comes unasked.
func (p *parser) welcome(code int) {
	if code != ready && code != noService && !p.gap && !p.f.Midstream {
		p.odd(dissect.Resp, "smtp.no_server_welcome_message")
	}
}

// odd tells of an anomaly, in the transaction at hand if there is one.
func (p *parser) odd(dir dissect.Dir, name string) {
	if p.m != nil {
		p.m.t.Event(dir, name)
		return
	}
	p.f.Odd(dir, name)
}

// reply reads a line of the server (RFC 5321 §4.2).
func (p *parser) reply(line []byte) error {
	first := !p.seen[dissect.Resp]
	if p.seen[dissect.Resp] = true; len(line) > longReply {
		p.odd(dissect.Resp, "smtp.max_reply_line_len_exceeded")
	}
	if len(line) < 3 || line[0] < '1' || line[0] > '5' {
		if p.m != nil {
			p.m.t.Event(dissect.Resp, "smtp.invalid_reply")
		}
		return nil
	}
	code, err := strconv.Atoi(string(line[:3]))
	p.piped = p.piped || len(line) > 4 && bytes.EqualFold(bytes.TrimSpace(line[4:]), []byte("PIPELINING"))
	if first {
		p.welcome(code)
	}
	if err != nil || len(line) > 3 && line[3] == '-' {
		return nil
	}
	if len(p.pending) == 0 {
		p.settle() // the server takes it for the last line, too
	}
	if len(p.pending) == 0 && p.sending && code/100 == 2 { // the message is the server's
		if p.queued = code; p.cut {
			p.ended()
		}
		return nil
	}
	if len(p.pending) == 0 { // the greeting, or a farewell
		if !first && code != goingAway && p.seen[dissect.Orig] && !p.gap && !p.f.Midstream {
			p.odd(dissect.Resp, "smtp.unable_to_match_reply_with_request")
		}
		return nil
	}
	c := &p.pending[0]
	if c.asked = code == 334; c.asked {
		return nil
	}
	done := *c
	p.pending = p.pending[1:]
	return p.answered(done, code)
}

// greets are the commands that begin a session, or begin it again.
var greets = map[string]bool{"HELO": true, "EHLO": true, "LHLO": true}

func (p *parser) answered(c command, code int) error {
	switch {
	case c.verb == "AUTH":
		p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "smtp", Message: "LOGIN", User: p.how.User,
			Success: code/100 == 2, Answered: true})
	case c.verb == "STARTTLS" && code == 220:
		return dissect.ErrNext
	case c.verb == "STARTTLS" && code/100 >= 4 && p.m != nil:
		p.m.t.Event(dissect.Resp, "smtp.tls_rejected")
	case (c.verb == "RSET" || greets[c.verb] && p.m != nil && p.m.from != "") && code/100 == 2 && c.m != nil && c.m == p.m && !p.m.data: // RFC 5321 §4.1.4
		p.release()
	case c.verb == "DATA" && code != 354:
		if c.m.size == 0 {
			c.m.t.Event(dissect.Resp, "smtp.data_command_rejected")
			c.m.data = false
			p.sending = p.sending && c.m != p.m
		}
	case c.verb == "." && c.m != nil:
		p.end(c.m, code)
	}
	return nil
}
