package forge

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// app is what takes some lines: a channel of IRC that is joined (RFC 2812 §3), a miner's greeting (Stratum), a shell that opens.
func (s *Speech) app(e *event.AppActivity) bool {
	switch e.Protocol {
	case "irc":
		nick := e.Attr("nick")
		s.say(client, []byte("NICK "+nick+"\r\nUSER "+nick+" 0 * :"+nick+"\r\n"))
		s.say(server, []byte(":irc.example 001 "+nick+" :Welcome\r\n"))
		s.say(client, []byte("JOIN "+e.Attr("channel")+"\r\n"))
	case "stratum":
		method := strings.TrimPrefix(e.Operation, "stratum.")
		s.say(client, fmt.Appendf(nil, `{"id":1,"jsonrpc":"2.0","method":%q,"params":["miner/1.0"]}`+"\n", method))
		s.say(server, []byte(`{"id":1,"result":[[["mining.notify","ae6812eb4cd7735a302a8a9dd95cf71f"]],"08000002",4],"error":null}`+"\n"))
	case "shell":
		return s.shell(e)
	default:
		return false
	}
	return true
}

// shell is the greeting of Windows' command line, from whoever runs it.
func (s *Speech) shell(e *event.AppActivity) bool {
	if e.Operation != "banner" {
		return false
	}
	from := server
	if e.Attr("side") == "client" {
		from = client
	}
	s.say(from, []byte("Microsoft Windows [Version 10.0.19045.4291]\r\n(c) Microsoft Corporation. All rights reserved.\r\n\r\nC:\\Windows\\system32>"))
	s.say(1-from, []byte("whoami\n"))
	return true
}

// ssh is the exchange of versions (RFC 4253 §4.2).
func (s *Speech) ssh(e *event.SSHActivity) bool {
	for from, side := range []event.SSHSide{e.Client, e.Server} {
		s.say(from, fmt.Appendf(nil, "SSH-%s-%s\r\n", or(side.Proto, "2.0"), or(side.Software, "OpenSSH_9.2p1")))
	}
	return true
}

// mail is one message (RFC 5321 §3.3).
func (s *Speech) mail(e *event.EmailActivity) bool {
	if e.App != "smtp" {
		return false
	}
	line := func(from int, format string, values ...any) { s.say(from, fmt.Appendf(nil, format+"\r\n", values...)) }
	line(server, "220 mail.example ESMTP")
	line(client, "EHLO %s", or(e.Helo, "pc"))
	line(server, "250 mail.example")
	line(client, "MAIL FROM:<%s>", e.MailFrom)
	line(server, "250 ok")
	for _, to := range e.RcptTo {
		line(client, "RCPT TO:<%s>", to)
		line(server, "250 ok")
	}
	line(client, "DATA")
	line(server, "354 go on")
	body := strings.Repeat(strings.Repeat("a", 70)+"\r\n", int(min(e.Size, uint64(s.Bulk))/72))
	line(client, "From: <%s>\r\nSubject: %s\r\n\r\n%s.", or(e.From, e.MailFrom), e.Subject, body)
	line(server, "250 taken")
	return true
}

// ftp is one command with its replies (RFC 959 §4).
func (s *Speech) ftp(e *event.FTPActivity) bool {
	if e.App != "ftp" {
		return false
	}
	if e.Command != "" {
		argument := e.Argument
		if e.Command == "PASS" {
			argument = "x"
		}
		s.say(client, []byte(strings.TrimSpace(e.Command+" "+argument)+"\r\n"))
	}
	for i, code := range e.Codes {
		reply := "ok"
		if i < len(e.Replies) {
			reply = e.Replies[i]
		}
		s.say(server, fmt.Appendf(nil, "%d %s\r\n", code, reply))
	}
	return true
}
