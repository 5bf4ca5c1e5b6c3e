package ftp

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// reply reads a line of the server (RFC 959 §4.2).
func (p *parser) reply(line []byte, cut bool) error {
	code, text, more := p.parse(line)
	p.crowd.Answered()
	if len(p.pending) == 0 {
		if code == "" {
			return nil
		}
		p.unasked()
	}
	c := p.pending[0]
	if code != "" {
		c.t.PutString(wire.FTPCompletionCode, dissect.Resp, code)
		if n, err := strconv.Atoi(code); err == nil && len(c.a.Codes) < maxReplies {
			c.a.Codes = append(c.a.Codes, n)
		}
	}
	c.t.Put(wire.FTPReply, dissect.Resp, bytes.Clone(text))
	if cut {
		c.a.Cut[dissect.Resp] = true
		c.t.Event(dissect.Resp, "ftp.response_command_too_long")
	}
	if len(c.a.Replies) < maxReplies {
		c.a.Replies = append(c.a.Replies, dissect.Text(string(text), "\uFFFD"))
	}
	if more || code == "" {
		return nil
	}
	p.meant(c, code, string(text))
	if code[0] == '1' { // preliminary: another one follows
		p.f.Show(c.t)
		return nil
	}
	c.t.PutNumber(wire.FTPReplyReceived, dissect.Resp, 1)
	p.settle()
	if c.a.Command == "AUTH" && code == "234" {
		return dissect.ErrNext
	}
	return nil
}

// unasked opens a transaction for what a server says of itself: its greeting, or answers to a client that is not heard.
func (p *parser) unasked() {
	c := &command{t: p.f.Tx("")}
	c.a = event.FTPActivity{Header: p.f.Head(), Conn: p.f.Conn, App: "ftp", User: p.user, TxID: p.f.LastTx()}
	if p.pending = append(p.pending, c); c.t != nil {
		c.t.Ask, c.t.Done[dissect.Orig] = c, true
	}
}

// parse takes code and text of a line apart; more says that other lines of the same reply follow.
func (p *parser) parse(line []byte) (code string, text []byte, more bool) {
	if len(line) < 3 || !digits(line[:3]) || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return "", line, p.multi != ""
	}
	code, text = string(line[:3]), line[min(len(line), 4):]
	switch {
	case len(line) > 3 && line[3] == '-':
		if p.multi == "" {
			p.multi = code
		}
		return code, text, true
	case p.multi != "" && p.multi != code:
		return code, text, true
	}
	p.multi = ""
	return code, text, false
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// meant does what a final reply means for what follows.
func (p *parser) meant(c *command, code, text string) {
	switch {
	case code == "227":
		if i := strings.IndexAny(text, "0123456789"); i >= 0 {
			end := i
			for end < len(text) && strings.IndexByte("0123456789, ", text[end]) >= 0 {
				end++
			}
			p.agree(c, passive, hostPort(text[i:end]))
		}
	case code == "229":
		if i := strings.IndexByte(text, '('); i >= 0 {
			inside, _, _ := strings.Cut(text[i+1:], ")")
			if at := extended(here(inside)); at.Port() > 0 {
				p.agree(c, passive, netip.AddrPortFrom(p.f.Conn.Dst.IP, at.Port()))
			}
		}
	case c.a.Command == "REST" && code[0] != '3':
		p.start = 0
	case c.a.Command == "STOU" && code[0] == '1': // RFC 1123 §4.1.2.9
		if _, name, ok := strings.Cut(text, "FILE: "); ok && c.to != nil {
			c.to.Name = strings.TrimSpace(name)
		}
	case c.a.Command == "PASS" || c.a.Command == "USER" && code == "230":
		if code != "331" && code != "332" {
			p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "ftp", Message: "LOGIN", User: p.user,
				Success: code[0] == '2', Answered: true})
		}
	}
}

// here fills the address that EPSV leaves out: "|||6446|".
func here(s string) string {
	if len(s) > 3 && s[0] == s[1] && s[1] == s[2] {
		return s[:1] + "1" + s[:1] + "0.0.0.0" + s[2:]
	}
	return s
}

// settle tells of the oldest command and forgets it.
func (p *parser) settle() {
	c := p.pending[0]
	p.pending = p.pending[1:]
	if c.a.Command != "" || p.f.Detailed() {
		p.f.Emit(&c.a)
	}
	p.f.EndTx(c.t)
}
