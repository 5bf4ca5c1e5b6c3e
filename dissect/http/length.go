package http

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

const partial = 206 // RFC 9110 §15.3.7

// headDone finds out how long the content is (RFC 9112 §6.3) and what follows.
func (p *parser) headDone(dir dissect.Dir, s *side) error {
	x := s.x
	x.take(dir, &s.head)
	if s.head.logon != "" {
		p.logon(dir, s)
	} else if s.head.user != "" {
		p.openly(dir, s)
	}
	p.showHead(dir, s)
	if dir == dissect.Resp && p.interim(s) {
		return nil
	}
	switch {
	case dir == dissect.Resp && x.bodiless():
		after := s.head
		p.finish(dir, s)
		if x.a.Method != "HEAD" && (after.chunked || after.hasLength) {
			s.after = &after
		}
		return nil
	case s.head.chunked:
		s.state, s.chunks = chunkSize, 0
	case s.head.hasLength:
		if s.state, s.left = body, s.head.length; s.left == 0 {
			p.finish(dir, s)
			return nil
		}
	case dir == dissect.Orig && x.a.Method == "POST":
		s.state = bareHead
		return nil
	case dir == dissect.Orig:
		p.finish(dir, s)
		if x.a.Method == "CONNECT" {
			s.state = hold
		}
		return nil
	default:
		s.state = untilClose
	}
	s.head.partial = x.a.Status == partial
	s.file = newContent(p.f, x.tx, &s.head, dir, x.resource())
	s.file.call = dir == dissect.Orig && x.manages()
	return nil
}

// interim handles answers that are not the last one (RFC 9110 §15.2) and those that change the protocol.
func (p *parser) interim(s *side) bool {
	code := s.x.a.Status
	switch {
	case code == 101 || s.x.a.Method == "CONNECT" && code/100 == 2:
		p.upgrade(s)
		return true
	case code/100 == 1 && !s.head.hasLength && !s.head.chunked:
		if s.x.interim++; s.x.interim > 1 && code == 100 {
			s.x.tx.Event(dissect.Resp, "http.100_continue_already_seen")
		}
		s.state, s.x = startLine, nil
		return true
	}
	if s.x.a.Method == "CONNECT" { // refused: the client goes on with HTTP
		p.sides[dissect.Orig].state = startLine
	}
	return false
}

// upgrade hands what follows to another protocol.
func (p *parser) upgrade(s *side) {
	x, to := s.x, strings.ToLower(s.head.upgrade)
	if x.tx != nil {
		x.tx.App = "http" // whatever the flow becomes
	}
	p.finish(dissect.Resp, s)
	p.next = true
	switch {
	case x.a.Status != 101:
	case strings.Contains(to, "websocket"):
		p.f.Next("websocket")
	case strings.Contains(to, "h2c"):
		p.f.Hand(&Upgrade{Request: x.a})
		p.f.Next("http2")
	}
}

// Upgrade is the request that asked for HTTP/2 in place of HTTP/1 (RFC 7540 §3.2): its answer comes as stream 1.
type Upgrade struct{ Request event.HTTPActivity }

// chunk reads a chunk's size (RFC 9112 §7.1) as lenient receivers do: white space before it and anything behind it is
// passed over, and so are empty lines. false when there is no number.
func (s *side) chunk(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r\v\f\x00")
	if len(line) == 0 {
		return true
	}
	end := 0
	for end < len(line) && isHex(line[end]) {
		end++
	}
	n, err := strconv.ParseUint(string(line[:end]), 16, 62)
	if err != nil {
		return false
	}
	s.state, s.left = chunkData, n
	s.chunks++
	if n == 0 {
		s.state = trailer
	}
	return true
}
