// Package sip reads SIP over UDP and TCP (RFC 3261): who calls or registers whom, and what was answered.
package sip

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is SIP on any port.
var Protocol = dissect.Protocol{
	Name:      "sip",
	Spec:      "RFC 3261",
	TCP:       []uint16{5060},
	UDP:       []uint16{5060},
	Anywhere:  true,
	Probe:     probe,
	Sender:    sender,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &stream{parser: parser{f: f}} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

// methods are those of RFC 3261 and its extensions (IANA SIP Methods).
var methods = []string{"INVITE", "ACK", "OPTIONS", "BYE", "CANCEL", "REGISTER", "UPDATE", "REFER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "INFO"}

const version = "SIP/"

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if len(b) == 0 || b[0] < 'A' || b[0] > 'U' {
		return dissect.No
	}
	if bytes.HasPrefix(b, []byte(version)) {
		return dissect.Yes
	}
	for _, m := range methods {
		if n := min(len(m), len(b)); string(b[:n]) != m[:n] {
			continue
		} else if len(b) > n && b[n] != ' ' {
			continue
		}
		line, _, whole := bytes.Cut(b, []byte("\n"))
		switch {
		case !whole && !udp:
			return dissect.Maybe
		case bytes.Contains(line, []byte(" "+version)):
			return dissect.Yes
		}
		return dissect.No
	}
	return dissect.No
}

// sender is who asks, or who is asked (RFC 3261 §7).
func sender(b []byte, _, _ uint16) (dissect.Dir, bool) {
	if bytes.HasPrefix(b, []byte(version)) {
		return dissect.Resp, true
	}
	return dissect.Orig, true
}

// Bounds of one message.
const (
	maxHead = 16 << 10
	maxBody = 64 << 10 // of what rules see of it
)

// Errors that end the parsing of a flow.
var (
	errHead = errors.New("sip: the head of a message is too long")
	errLine = errors.New("sip: neither a request nor a response")
)

type parser struct{ f *dissect.Flow }

// Datagram reads one message; bare line ends keep a binding alive (RFC 5626 §3.5.1).
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	b = bytes.TrimLeft(b, "\r\n\x00")
	if len(b) == 0 {
		return nil
	}
	head, body := b, []byte(nil)
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 {
		head, body = b[:i+2], b[i+4:]
	}
	if err := p.message(dir, head, body); err != errLine {
		return err
	}
	return nil // keep-alives of any form stand between messages, for as long as the phone is on
}

// Close has nothing open to emit.
func (p *parser) Close() {}

type stream struct {
	parser
	skip [2]int  // bytes of a long body that are passed over
	lost [2]bool // where messages begin
	due  [2]int  // bytes of the message that is waited for; its head is not read again for each piece of its body
}

// Data reads messages, each with a body as long as its header says (RFC 3261 §18.3).
func (s *stream) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if s.lost[dir] {
		begin, ok := first(b)
		if n = begin; !ok {
			return n, nil
		}
		s.lost[dir] = false
	}
	for {
		k := min(s.skip[dir], len(b)-n)
		n, s.skip[dir] = n+k, s.skip[dir]-k
		for n < len(b) && (b[n] == '\r' || b[n] == '\n') {
			n++
		}
		r := b[n:]
		if len(r) < s.due[dir] {
			return n, nil
		}
		end := bytes.Index(r, []byte("\r\n\r\n"))
		switch {
		case len(r) > maxHead && (end < 0 || end > maxHead):
			return n, errHead
		case end < 0:
			return n, nil
		}
		size := bodyLength(r[:end+2])
		held := min(size, maxBody)
		if s.due[dir] = end + 4 + held; len(r) < s.due[dir] {
			return n, nil
		}
		s.due[dir] = 0
		if err := s.message(dir, r[:end+2], r[end+4:end+4+held]); err != nil {
			return n, err
		}
		n += end + 4 + held
		s.skip[dir] = size - held
	}
}

// first finds the first line that begins a message, or how much of b need not be looked at again.
func first(b []byte) (n int, ok bool) {
	for {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			if len(b)-n > maxHead {
				return len(b), false
			}
			return n, false
		}
		line := b[n : n+i+1]
		if probe(dissect.Orig, line, false, 0) == dissect.Yes && !bytes.HasPrefix(line, []byte(version+"2.0/")) { // which is the rest of a Via
			return n, true
		}
		n += i + 1
	}
}

// Gap loses the borders between messages unless it lies within a body that is passed over: the next one begins with a line of its own.
func (s *stream) Gap(dir dissect.Dir, n int) error {
	s.due[dir] = 0
	if s.lost[dir] = s.lost[dir] || n > s.skip[dir]; s.lost[dir] {
		n = s.skip[dir]
	}
	s.skip[dir] -= n
	return nil
}
