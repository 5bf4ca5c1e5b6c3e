package ftp

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ftpdata"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// command is a line of the client with its replies.
type command struct {
	a  event.FTPActivity
	t  *wire.Tx // nil: no rule looks
	to *ftpdata.Transfer
	by bool // to was expected at the client's own port, as nothing was agreed on yet
}

// Modes of wire.FTPMode.
const (
	active  = 1
	passive = 2
)

// command reads a line of the client.
func (p *parser) command(line []byte, cut bool) {
	word, rest, _ := bytes.Cut(bytes.TrimLeft(line, " \t"), []byte(" "))
	verb := strings.ToUpper(strings.ToValidUTF8(string(word[:min(len(word), 32)]), ""))
	if verb == "" {
		return
	}
	if len(p.pending) == maxPending {
		p.settle()
	}
	c := &command{t: p.f.Tx("")}
	c.a = event.FTPActivity{Header: p.f.Head(), Conn: p.f.Conn, App: "ftp", Command: verb, User: p.user, TxID: p.f.LastTx()}
	if p.pending = append(p.pending, c); c.t != nil {
		c.t.Ask = c
	}
	if verb != "PASS" && verb != "ACCT" {
		c.a.Argument = dissect.Text(string(rest), "\uFFFD")
	}
	c.t.Put(wire.FTPCommand, dissect.Orig, bytes.Clone(word))
	if len(rest) > 0 {
		c.t.Put(wire.FTPCommandData, dissect.Orig, bytes.Clone(rest))
	}
	if c.a.Cut[dissect.Orig] = cut; cut {
		c.t.Event(dissect.Orig, "ftp.request_command_too_long")
	}
	p.judge(c, rest)
	p.act(c, string(rest))
	if c.t != nil {
		c.t.Done[dissect.Orig] = true
		p.f.Show(c.t)
	}
}

// act does what a command means for what follows.
func (p *parser) act(c *command, rest string) {
	switch c.a.Command {
	case "USER":
		p.user, c.a.User = rest, rest
	case "PORT":
		p.agree(c, active, hostPort(rest))
	case "REST":
		p.start, _ = strconv.ParseUint(strings.TrimSpace(rest), 10, 62) // 0 where it is no number
	case "EPRT":
		p.agree(c, active, extended(rest))
	case "RETR", "STOR", "APPE", "STOU", "LIST", "NLST", "MLSD":
		c.to = p.next
		if p.next == nil { // the client's own port, RFC 959 §3.3
			c.to, c.by = &ftpdata.Transfer{}, true
			p.expect(netip.AddrPortFrom(p.f.Conn.Src.IP, p.f.Conn.Src.Port), c.to)
		}
		if verb := c.a.Command; verb == "RETR" || verb == "STOR" {
			c.to.Start = p.start
		}
		c.to.Command, c.to.Name, c.to.User = strings.ToLower(c.a.Command), rest, p.user
		p.next, p.start = nil, 0
	}
}

// judge tells of a file that is to come or go without a name (RFC 959 §5.3.1), before a data connection was agreed on, or as one of
// too many commands without a reply.
func (p *parser) judge(c *command, rest []byte) {
	if p.crowd.Asked() {
		c.t.Event(dissect.Orig, "ftp.too_many_transactions")
	}
	switch c.a.Command {
	case "RETR", "STOR", "APPE":
		if len(bytes.TrimSpace(rest)) == 0 {
			c.t.Event(dissect.Orig, "ftp.file_without_name")
		}
	case "NLST":
	default:
		return
	}
	if !p.agreed && !p.f.Midstream && !p.gap {
		c.t.Event(dissect.Orig, "ftp.file_before_port")
	}
}

// agree notes a data connection.
func (p *parser) agree(c *command, mode uint64, at netip.AddrPort) {
	if at.Port() == 0 {
		return
	}
	c.a.Mode, c.a.Port = "active", at.Port()
	if mode == passive {
		c.a.Mode = "passive"
	}
	for d := range c.t.Sides() {
		c.t.PutNumber(wire.FTPMode, d, mode)
		c.t.PutNumber(wire.FTPDynamicPort, d, uint64(at.Port()))
	}
	p.next, p.agreed = p.transfer(mode), true
	p.expect(at, p.next)
	if server := p.f.Conn.Dst.IP; mode == passive && at.Addr() != server { // translated, or 0.0.0.0: clients go where the server is
		p.expect(netip.AddrPortFrom(server, at.Port()), p.next)
	}
	if p.next.Command != "" {
		p.next = nil
	}
}

// transfer is what a data connection will be about: a new one, or that of a command that was sent before the server told the port.
func (p *parser) transfer(mode uint64) *ftpdata.Transfer {
	for _, c := range p.pending {
		if mode == passive && c.by {
			c.by = false
			return c.to
		}
	}
	return &ftpdata.Transfer{}
}

func (p *parser) expect(at netip.AddrPort, x *ftpdata.Transfer) {
	p.f.Expect(at, false, ftpdata.Protocol.Name, x)
}

// hostPort reads "h1,h2,h3,h4,p1,p2" (RFC 959 §4.1.2).
func hostPort(s string) netip.AddrPort {
	var n [6]byte
	i := 0
	for part := range strings.SplitSeq(strings.TrimSpace(s), ",") {
		v, err := strconv.ParseUint(strings.TrimSpace(part), 10, 8)
		if err != nil || i == len(n) {
			return netip.AddrPort{}
		}
		n[i] = byte(v)
		i++
	}
	if i < len(n) {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5]))
}

// extended reads "|1|132.235.1.2|6275|" (RFC 2428 §2).
func extended(s string) netip.AddrPort {
	if s = strings.TrimSpace(s); len(s) < 4 {
		return netip.AddrPort{}
	}
	parts := strings.Split(s[1:], s[:1])
	if len(parts) < 3 {
		return netip.AddrPort{}
	}
	ip, err := netip.ParseAddr(parts[1])
	port, bad := strconv.ParseUint(parts[2], 10, 16)
	if err != nil || bad != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(port))
}

// Said is what an alert tells of a command, as far as its replies have come.
func (c *command) Said() event.Event {
	a := c.a
	a.Replies, a.Codes = slices.Clone(a.Replies), slices.Clone(a.Codes)
	return &a
}
