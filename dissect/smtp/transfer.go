package smtp

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// transfer is what belongs to one message: its envelope, and itself.
type transfer struct {
	f      *dissect.Flow
	t      *wire.Tx // nil: no rule looks
	number uint64   // of the transaction
	helo   string
	from   string
	to     []string
	data   bool // DATA or BDAT has been said
	msg    *mail.Message
	frame
	size int
	over bool // its end was seen
	told bool
}

// open is the transfer that the client's commands belong to.
func (p *parser) open() *transfer {
	if p.m == nil {
		p.m = &transfer{f: p.f, t: p.f.Tx(""), helo: p.helo, number: p.f.LastTx()}
		if p.helo != "" {
			p.m.t.PutString(wire.SMTPHelo, dissect.Orig, p.helo)
		}
	}
	return p.m
}

func (m *transfer) body() *mail.Message {
	if m.msg == nil {
		m.msg = mail.Begin(m.f, m.t, dissect.Orig, "smtp")
		m.msg.Envelope(m.helo, m.from, m.to)
	}
	return m.msg
}

// content takes bytes of a message and says how many; again says that what follows is a command.
func (p *parser) content(b []byte) (used int, again bool) {
	m := p.m
	m.begin(p.f, m.t, b)
	if p.left > 0 {
		n := int(min(p.left, uint64(len(b))))
		m.size += n
		m.take(m.t, b[:n])
		m.body().Write(b[:n])
		if p.left -= uint64(n); p.left == 0 {
			m.frame.end(m.t)
			if p.last {
				p.finish()
			}
		}
		return n, true
	}
	if p.doubt {
		switch p.over(b) {
		case dissect.Maybe:
			return 0, false
		case dissect.Yes:
			p.settle()
			return 0, true
		}
		p.goOn()
	}
	before := m.body().Size()
	n, done := p.dots.Take(m.body(), b)
	m.take(m.t, b[:n])
	if m.size += int(m.body().Size() - before); done {
		if p.doubt = true; p.dots.Soft == "" {
			p.settle()
		}
	}
	return n, true
}

// over tells whether what follows a last line in doubt is a command: then it was the last one.
func (p *parser) over(b []byte) dissect.Match {
	best := dissect.No
	for _, verb := range []string{"MAIL FROM:", "QUIT", "RSET", "NOOP", "EHLO ", "HELO "} {
		best = max(best, dissect.PrefixFold(b, verb))
	}
	return best
}

// goOn takes a last line in doubt for content.
func (p *parser) goOn() {
	if p.doubt {
		p.doubt = false
		p.m.body().Write([]byte(p.dots.Soft))
		p.dots.Soft = ""
	}
}

// settle ends a message whose last line has come.
func (p *parser) settle() {
	if p.doubt {
		p.doubt, p.sending = false, false
		p.finish()
	}
}

// ended ends a message that the server has answered although its end was not seen: that was lost.
func (p *parser) ended() {
	m := p.m
	m.frame.end(m.t)
	p.sending = false
	p.end(m, p.queued)
	p.cut, p.queued = false, 0
}

// finish ends the message; its answer is awaited.
func (p *parser) finish() {
	m := p.m
	p.cut, p.queued = false, 0
	m.over = true
	m.frame.end(m.t)
	m.body().Close(true)
	if p.left, p.last = 0, false; !p.await(m) {
		p.end(m, 0)
		return
	}
	if p.m = nil; m.t != nil {
		m.t.Done[dissect.Orig] = true
		p.f.Show(m.t)
	}
}

// await makes the reply that is due next the one to the message; false when none will be seen.
func (p *parser) await(m *transfer) bool {
	if !p.seen[dissect.Resp] {
		return false
	}
	for i := len(p.pending) - 1; i >= 0; i-- {
		if c := &p.pending[i]; c.verb == "BDAT" && c.m == m {
			c.verb = "."
			return true
		}
	}
	if p.early() {
		p.odd(dissect.Orig, "smtp.invalid_pipelined_sequence")
	}
	if len(p.pending) >= maxPending {
		return false
	}
	p.pending = append(p.pending, command{verb: ".", m: m})
	return true
}

// release gives up what is open: its session goes on with another one.
func (p *parser) release() {
	m := p.m
	p.m = nil
	p.end(m, 0)
}

// record tells readers of EVE what was said without a message coming of it.
func (p *parser) record(m *transfer) {
	if !p.f.Detailed() || m.helo == "" && m.from == "" && len(m.to) == 0 {
		return
	}
	body := tree.Of("smtp")
	if m.helo != "" {
		body.Add(tree.Str("helo", m.helo))
	}
	if m.from != "" {
		body.Add(tree.Str("mail_from", "<"+m.from+">"))
	}
	to := tree.All("rcpt_to")
	for _, name := range m.to {
		to.Add(tree.Str("", "<"+name+">"))
	}
	if len(to.In) > 0 {
		body.Add(to)
	}
	p.f.Emit(&event.Record{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "smtp", Tx: m.number + 1, Body: body})
}

// end tells of a transfer once, with the server's answer to it.
func (p *parser) end(m *transfer, code int) {
	if m.told {
		return
	}
	m.told = true
	if m == p.m {
		p.m = nil
	}
	if m.msg != nil {
		a := m.msg.Close(m.over)
		a.Status = code
		p.f.Emit(a)
	} else {
		p.record(m)
	}
	p.f.EndTx(m.t)
}
