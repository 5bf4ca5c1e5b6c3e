// Package pop3 reads POP3 (RFC 1939): log-ons, and the messages that are fetched.
package pop3

import (
	"bytes"
	"errors"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is POP3 on any port.
var Protocol = dissect.Protocol{
	Name:     "pop3",
	Spec:     "RFC 1939, RFC 2449, RFC 2595, RFC 5034",
	TCP:      []uint16{110},
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

// probe knows a greeting on the usual port, and where it names its protocol; and what only clients of POP3 say first.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if dir == dissect.Resp {
		if m := dissect.PrefixFold(b, "+OK"); m != dissect.Yes {
			return m
		}
		line, _, ended := bytes.Cut(b, []byte("\n"))
		switch {
		case port == 110, bytes.Contains(bytes.ToUpper(line), []byte("POP")):
			return dissect.Yes
		case ended:
			return dissect.No
		}
		return dissect.Maybe
	}
	best := dissect.No
	for _, w := range []string{"CAPA\r\n", "APOP ", "STLS\r\n", "AUTH\r\n"} {
		best = max(best, dissect.PrefixFold(b, w))
	}
	if port == 110 {
		best = max(best, dissect.PrefixFold(b, "USER "))
	}
	return best
}

// Bounds of one session.
const (
	maxLine    = 16 << 10
	maxPending = 128 // commands that wait for their answers
)

var errLine = errors.New("pop3: a line is too long")

// parser reads one session.
type parser struct {
	f       *dissect.Flow
	user    string
	how     mail.Mechanism
	pending []command // oldest first
	asked   bool      // the server wants more of the oldest one
	many    bool      // within an answer of several lines
	m       *mail.Message
	part    bool // of it only the first lines were asked for
	t       *wire.Tx
	dots    mail.Dots
	lost    [2]bool
	cut     bool // bytes of the message were lost: perhaps its end
	piped   bool // the client asks before it has its answers
	crowd   dissect.Crowd

	said  []tree.Node // the record that is being made
	lines tree.Node   // of its answer
}

// command is a line of the client.
type command struct {
	verb, arg string
	said      tree.Node // for its record
}

func newParser(f *dissect.Flow) dissect.Stream { return &parser{f: f} }

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for n < len(b) {
		if dir == dissect.Resp && p.m != nil {
			used, done := p.dots.Take(p.m, b[n:])
			if n += used; done {
				p.finish(true)
			} else {
				p.f.Show(p.t)
			}
			continue
		}
		end := bytes.IndexByte(b[n:], '\n')
		if end < 0 {
			if len(b)-n > maxLine {
				return n, errLine
			}
			return n, nil
		}
		line := string(bytes.TrimRight(b[n:n+end], "\r"))
		n += end + 1
		switch {
		case p.lost[dir]:
			p.lost[dir] = false
		case dir == dissect.Orig:
			p.command(line)
		default:
			if err := p.answer(line); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// command reads a line of the client.
func (p *parser) command(line string) {
	if p.asked { // a part of a log-on
		p.how.Answer(line)
		if len(p.pending) > 0 {
			p.pending[0].said = p.request("<SASL DATA>", "")
		}
		return
	}
	verb, arg, _ := strings.Cut(line, " ")
	c := command{verb: strings.ToUpper(verb[:min(len(verb), 16)]), arg: arg}
	if p.cut && p.m != nil && !p.piped { // who waits for his answers has had all of the last one
		p.finish(false)
	}
	p.piped = p.piped || p.m != nil || len(p.pending) > 0 && !p.lost[dissect.Resp]
	c.said = p.request(c.verb, arg)
	p.judge(c.verb, arg, line)
	if p.crowd.Asked() {
		p.f.Odd(dissect.Orig, "pop3.too_many_transactions")
	}
	if c.verb == "USER" || c.verb == "APOP" {
		p.user, _, _ = strings.Cut(arg, " ")
	}
	if c.verb == "AUTH" {
		p.user = ""
		p.how.Begin(arg)
	}
	if c.verb == "PASS" || c.verb == "APOP" {
		c.arg = ""
	}
	if len(p.pending) < maxPending {
		p.pending = append(p.pending, c)
	}
}

// answer reads a line of the server.
func (p *parser) answer(line string) error {
	p.crowd.Answered()
	if p.many {
		if p.many = line != "."; p.many {
			p.line(line)
		} else {
			p.told()
		}
		return nil
	}
	if len(line) > longResponse {
		p.f.Odd(dissect.Resp, "pop3.response_too_long")
	}
	if len(p.pending) == 0 { // the greeting
		return nil
	}
	if p.asked = line == "+" || strings.HasPrefix(line, "+ "); p.asked { // RFC 5034 §4; some leave the space out
		p.reply(p.pending[0].said, line)
		p.told()
		return nil
	}
	c := p.pending[0]
	p.pending = p.pending[1:]
	p.reply(c.said, line)
	err := p.judged(&c, strings.HasPrefix(line, "+OK"))
	if !p.many {
		p.told()
	}
	return err
}

// judged draws from the first line of an answer what follows it.
func (p *parser) judged(c *command, good bool) error {
	switch c.verb {
	case "PASS", "APOP", "AUTH":
		if c.verb != "AUTH" || c.arg != "" {
			p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "pop3", Message: "LOGIN", User: p.user + p.how.User, Success: good, Answered: true})
			return nil
		}
		p.many = good
	case "STLS":
		if good {
			return dissect.ErrNext
		}
	case "RETR", "TOP":
		if good {
			p.t, p.part = p.f.Tx(""), c.verb == "TOP"
			p.m, p.dots = mail.Begin(p.f, p.t, dissect.Resp, "pop3"), mail.Dots{}
		}
	case "CAPA":
		p.many = good
	case "LIST", "UIDL", "LANG": // RFC 6856 §3.2
		p.many = good && c.arg == ""
	}
	return nil
}

// finish tells of a message.
func (p *parser) finish(whole bool) {
	p.f.Emit(p.m.Close(whole && !p.part))
	p.f.EndTx(p.t)
	p.m, p.t, p.cut = nil, nil, false
}

// Gap implements dissect.Stream.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	if dir == dissect.Resp && p.m != nil {
		p.m.Lost(n)
		p.dots.Lost()
		p.cut = true
		return nil
	}
	p.lost[dir] = true
	return nil
}

// Close implements dissect.Stream.
func (p *parser) Close() {
	if p.m != nil {
		p.finish(false)
	}
	p.unanswered()
}
