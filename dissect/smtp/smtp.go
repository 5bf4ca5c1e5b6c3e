// Package smtp reads SMTP (RFC 5321): who sends what to whom, and the messages with their attachments.
package smtp

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is SMTP on any port.
var Protocol = dissect.Protocol{
	Name:     "smtp",
	Spec:     "RFC 5321, RFC 3030, RFC 3207, RFC 5322, RFC 2045",
	TCP:      []uint16{25, 587, 2525},
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

// probe knows a greeting on the usual ports, and where it names its protocol; and a client's EHLO anywhere.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if dir == dissect.Resp {
		if m := dissect.PrefixFold(b, "220"); m != dissect.Yes {
			return m
		}
		if port == 25 || port == 587 || port == 2525 {
			return dissect.Yes
		}
		line, _, ended := bytes.Cut(b, []byte("\n"))
		if bytes.Contains(bytes.ToUpper(line), []byte("SMTP")) {
			return dissect.Yes
		}
		if ended {
			return dissect.No
		}
		return dissect.Maybe
	}
	best := dissect.No
	for _, w := range []string{"EHLO ", "HELO ", "LHLO "} {
		best = max(best, dissect.PrefixFold(b, w))
	}
	return best
}

// Bounds of one session.
const (
	maxLine    = 32 << 10 // a line of commands or replies
	longLine   = 2048     // a command beyond which one is told of; RFC 5321 §4.5.3.1.4 has 512
	longReply  = 4096     // and a reply
	maxRcpt    = 64       // that an event keeps
	maxPending = 128      // commands that wait for their replies
)

var errLine = errors.New("smtp: a line is too long")

// parser reads one session.
type parser struct {
	f       *dissect.Flow
	helo    string
	how     mail.Mechanism // of a log-on
	pending []command      // that wait for replies, oldest first
	m       *transfer      // nil: none is open
	seen    [2]bool
	sending bool   // within DATA
	left    uint64 // bytes of a BDAT chunk that are still to come
	last    bool   // it is the last one
	lost    [2]bool
	piped   bool // the server takes several commands at once (RFC 2920)
	gap     bool // something was lost: which reply belongs to what is not known
	cut     bool // bytes of the message were lost: perhaps its end
	queued  int  // what the server says to a message whose end was not seen, 0 nothing yet
	dots    mail.Dots
	doubt   bool // the message may be over: its last line is one to some servers only
}

// command is what a reply is awaited for.
type command struct {
	verb  string // "." stands for the end of a message
	m     *transfer
	asked bool // answered by a demand for more (334)
}

func newParser(f *dissect.Flow) dissect.Stream {
	return &parser{f: f}
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if p.lost[dir] {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return len(b), nil
		}
		p.lost[dir] = false
		n = i + 1
	}
	defer func() {
		if p.m != nil {
			p.f.Show(p.m.t)
		}
	}()
	for n < len(b) {
		if dir == dissect.Orig && (p.sending || p.left > 0) {
			used, again := p.content(b[n:])
			if n += used; !again {
				return n, nil
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
		line := bytes.TrimRight(b[n:n+end], "\r")
		p.f.ShowFrames(dir, dissect.Frame{ID: lines[dir], B: b[n : n+end+1]})
		n += end + 1
		if dir == dissect.Orig {
			p.command(line)
		} else if err := p.reply(line); err != nil {
			return n, err
		}
	}
	return n, nil
}

// lines are the frames of what each side says line by line.
var lines = [2]wire.Buffer{wire.FrameSMTPCommand, wire.FrameSMTPResponse}

// Gap implements dissect.Stream.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	switch {
	case dir == dissect.Orig && p.left > 0:
		p.m.frame.lose(p.m.t)
		if uint64(n) < p.left {
			p.left -= uint64(n)
			p.m.body().Lost(n)
			return nil
		}
		p.left = 0
		p.m.frame.end(p.m.t)
	case dir == dissect.Orig && p.sending:
		p.goOn()
		p.m.frame.lose(p.m.t)
		p.m.body().Lost(n)
		p.dots.Lost()
		if p.cut = true; p.queued != 0 {
			p.ended()
		}
		return nil
	}
	p.lost[dir], p.gap = true, true
	return nil
}

// Close implements dissect.Stream.
func (p *parser) Close() {
	p.settle()
	for _, c := range p.pending {
		if c.m != nil {
			p.end(c.m, 0)
		}
	}
	if p.m != nil {
		p.end(p.m, 0)
	}
}
