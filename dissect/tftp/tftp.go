// Package tftp reads TFTP (RFC 1350, RFC 2347): requests, and the files that are sent between ports of their own.
package tftp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is TFTP on its port, and the transfers that it announces.
var Protocol = dissect.Protocol{
	Name:      "tftp",
	Spec:      "RFC 1350, RFC 2347, RFC 2348, RFC 7440",
	UDP:       []uint16{69},
	Probe:     probe,
	Datagrams: newParser,
}

// Operations (RFC 1350 §5, RFC 2347).
const (
	readRequest  = 1
	writeRequest = 2
	dataBlock    = 3
	ack          = 4
	failure      = 5
	options      = 6
)

const (
	blockSize = 512 // unless an option says otherwise
	maxBlock  = 65464
	maxName   = 1 << 10
)

var (
	errShort = errors.New("tftp: shorter than its header")
	errOp    = errors.New("tftp: not an operation")
	errName  = errors.New("tftp: a request without name and mode")
)

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp && len(b) >= 4 && b[0] == 0 && (b[1] == readRequest || b[1] == writeRequest) && bytes.Count(b[2:], []byte{0}) >= 2 {
		return dissect.Yes
	}
	return dissect.No
}

// session is a request and the transfer that answers it, which is another flow as a rule.
type session struct {
	a      event.FTPActivity
	t      *wire.Tx // of the request
	file   *dissect.File
	from   *parser // of the request
	owner  *parser // of the transfer
	next   uint16  // block that is due
	size   int     // of a full block
	want   int     // that the request asks for; the server may not know of options
	acked  int     // block that was acknowledged last, -1 none
	window bool    // several blocks may be on their way (RFC 7440)
	done   bool
	told   bool
}

// parser reads one flow.
type parser struct {
	f *dissect.Flow
	s *session
}

func newParser(f *dissect.Flow) dissect.Datagrams {
	p := &parser{f: f}
	p.s, _ = f.Expected().(*session)
	return p
}

// Datagram implements dissect.Datagrams.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if len(b) < 4 {
		return errShort
	}
	op := binary.BigEndian.Uint16(b)
	switch {
	case op == readRequest, op == writeRequest:
		return p.request(dir, op, b[2:])
	case op == 0 || op > options:
		return errOp
	case p.s == nil:
		return nil
	case op == dataBlock:
		p.block(dir, binary.BigEndian.Uint16(b[2:]), b[4:])
	case op == ack:
		p.s.acknowledged(binary.BigEndian.Uint16(b[2:]))
	case op == options:
		p.s.size, p.s.window = option(b[2:], "blksize", 8, maxBlock, blockSize), option(b[2:], "windowsize", 1, 1<<16-1, 1) > 1
	case op == failure:
		text, _, _ := bytes.Cut(b[4:], []byte{0})
		p.s.a.Codes = append(p.s.a.Codes[:0], int(binary.BigEndian.Uint16(b[2:])))
		p.s.a.Replies = []string{dissect.Text(string(text), "\uFFFD")}
		p.finish(false)
	}
	return nil
}

// request begins a session; its transfer goes on with another port of the server.
func (p *parser) request(dir dissect.Dir, op uint16, b []byte) error {
	name, rest, ok := bytes.Cut(b, []byte{0})
	mode, rest, has := bytes.Cut(rest, []byte{0})
	if !ok || !has || len(name) == 0 || len(name) > maxName {
		return errName
	}
	if s := p.s; s != nil && !s.done && s.file == nil && s.a.Argument == dissect.Text(string(name), "\uFFFD") {
		return nil // sent again
	}
	p.Close()
	s := &session{from: p, owner: p, t: p.f.Tx(""), size: blockSize, next: 1, acked: -1}
	s.a = event.FTPActivity{Header: p.f.Head(), Conn: p.f.Conn, App: "tftp", Command: "RRQ",
		Argument: dissect.Text(string(name), "\uFFFD"), Mode: strings.ToLower(strings.ToValidUTF8(string(mode[:min(len(mode), 16)]), ""))}
	if op == writeRequest {
		s.a.Command = "WRQ"
	}
	s.want = option(rest, "blksize", 8, maxBlock, 0)
	p.s = s
	if s.t != nil {
		s.t.Done[dir] = true
		p.f.Show(s.t)
	}
	p.f.Expect(netip.AddrPortFrom(p.f.Conn.Src.IP, p.f.Conn.Src.Port), true, Protocol.Name, s)
	return nil
}

// option finds a number among name and value pairs (RFC 2347); otherwise where it is not there or beyond what it may be.
func option(b []byte, wanted string, least, most, otherwise int) int {
	for len(b) > 0 {
		name, rest, ok := bytes.Cut(b, []byte{0})
		value, after, has := bytes.Cut(rest, []byte{0})
		if !ok || !has {
			break
		}
		if strings.EqualFold(string(name), wanted) {
			if n, err := strconv.Atoi(string(value)); err == nil && n >= least && n <= most {
				otherwise = n
			}
		}
		b = after
	}
	return otherwise
}

// acknowledged notes that the receiver has all up to block n; what of that was not seen is lost.
func (s *session) acknowledged(n uint16) {
	s.acked = int(n)
	if ahead := n + 1 - s.next; s.window && s.file != nil && !s.done && ahead > 0 && ahead < 1<<15 {
		s.file.Lost(uint64(ahead) * uint64(s.size))
		s.next = n + 1
	}
}

// due makes n the block that is due where only its number is unusual: some count from 1 again behind block 65535, not from 0.
func (s *session) due(n uint16) {
	if s.next == 0 && n == 1 && s.acked == 1<<16-1 {
		s.next = 1
	}
}

// block takes a block of the file; one that is sent again is passed over.
func (p *parser) block(dir dissect.Dir, n uint16, b []byte) {
	s := p.s
	s.due(n)
	if s.done || n != s.next {
		ahead := n - s.next
		if s.window && s.acked >= 0 && ahead < 1<<15 { // the receiver does not take it, either: all from the missing one on comes again (RFC 7440 §4)
			return
		}
		if !s.done && s.file != nil && ahead < 1<<15 { // blocks were lost
			s.file.Lost(uint64(ahead) * uint64(s.size))
		} else {
			return
		}
	}
	if s.file == nil {
		s.owner = p
		s.file = p.f.OpenFile(p.f.Tx(""), dir, s.a.Argument)
		if s.file.As(event.FileCreate); s.a.Command == "RRQ" {
			s.file.As(event.FileRead)
		}
	}
	if len(b) > s.size && len(b) <= s.want { // what the server agreed to was not seen
		s.size = s.want
	}
	s.next = n + 1
	s.file.Write(b)
	p.f.Show(s.file.Tx())
	if len(b) < s.size {
		p.finish(true)
	}
}

// finish ends the transfer; whole says that its last block was seen.
func (p *parser) finish(whole bool) {
	s := p.s
	if s == nil || s.done || s.owner != p {
		return
	}
	s.done = true
	if s.file != nil {
		s.file.Close(whole)
		p.f.EndTx(s.file.Tx())
	}
	p.tell()
}

// tell emits the request, once, with what came of it.
func (p *parser) tell() {
	if s := p.s; !s.told {
		s.told = true
		p.f.Emit(&s.a)
	}
}

// Close implements dissect.Datagrams.
func (p *parser) Close() {
	p.finish(false)
	if p.s != nil && p.s.from == p {
		p.tell()
		p.f.EndTx(p.s.t)
	}
}
