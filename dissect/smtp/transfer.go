package smtp

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/mail"
	"github.com/yagura-project/yagura/event/wire"
)

// transfer is what belongs to one message: its envelope, and itself.
type transfer struct {
	f    *dissect.Flow
	t    *wire.Tx // nil: no rule looks
	helo string
	from string
	to   []string
	data bool // DATA or BDAT has been said
	msg  *mail.Message
	size int
	over bool // its end was seen
	told bool
}

// open is the transfer that the client's commands belong to.
func (p *parser) open() *transfer {
	if p.m == nil {
		p.m = &transfer{f: p.f, t: p.f.Tx(""), helo: p.helo}
		if p.helo != "" {
			p.m.t.PutString(wire.SMTPHelo, dissect.Orig, p.helo)
		}
	}
	return p.m
}

func (m *transfer) body() *mail.Message {
	if m.msg == nil {
		m.msg = mail.Begin(m.f, m.t, dissect.Orig, "smtp")
	}
	return m.msg
}

// content takes bytes of a message.
func (p *parser) content(b []byte) int {
	m := p.m
	if p.left > 0 {
		n := int(min(p.left, uint64(len(b))))
		m.size += n
		m.body().Write(b[:n])
		if p.left -= uint64(n); p.left == 0 && p.last {
			p.finish()
		}
		return n
	}
	return p.lines(m, b)
}

// lines takes lines up to the one that is a dot alone, and undoes doubled dots (RFC 5321 §4.5.2). Whole runs of lines that begin
// with none go on as they are.
func (p *parser) lines(m *transfer, b []byte) int {
	if len(p.dot) > 0 { // "." or ".\r" at the end of what came before
		held := append(p.dot, b...)
		p.dot = nil
		old := len(held) - len(b)
		n := p.dotted(m, held)
		if n < old {
			p.give(m, held[n:old])
		}
		return max(0, n-old)
	}
	if p.start && b[0] == '.' {
		return p.dotted(m, b)
	}
	at := bytes.Index(b, []byte("\n."))
	if at < 0 {
		p.start = b[len(b)-1] == '\n'
		p.give(m, b)
		return len(b)
	}
	p.give(m, b[:at+1])
	p.start = true
	return at + 1
}

// dotted takes the dot at the start of a line, and what it says.
func (p *parser) dotted(m *transfer, b []byte) int {
	switch {
	case len(b) == 1, len(b) == 2 && b[1] == '\r':
		p.dot = append([]byte(nil), b...)
		return len(b)
	case b[1] == '\n', b[1] == '\r' && b[2] == '\n':
		p.sending = false
		p.finish()
		if b[1] == '\n' {
			return 2
		}
		return 3
	}
	p.start = false
	m.body().Dot()
	return 1
}

func (p *parser) give(m *transfer, b []byte) {
	m.size += len(b)
	m.body().Write(b)
}

// finish ends the message; its answer is awaited.
func (p *parser) finish() {
	m := p.m
	m.over = true
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
		a.Helo, a.MailFrom, a.RcptTo, a.Status = m.helo, m.from, m.to, code
		p.f.Emit(a)
	}
	p.f.EndTx(m.t)
}
