package http

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// start reads a request or a status line (RFC 9112 §3, §4).
func (p *parser) start(dir dissect.Dir, s *side, line []byte) error {
	if len(trim(line)) == 0 { // §2.2: empty lines before a request are passed over
		return nil
	}
	s.head, s.size, s.file = head{answer: dir == dissect.Resp}, 0, nil
	if dir == dissect.Orig {
		return p.request(s, line)
	}
	line, rest, _ := bytes.Cut(bytes.TrimLeft(line, junk), []byte("\r")) // stray has seen to it that this is one
	p.answered = true
	s.x = p.due()
	s.x.status(line)
	p.showStatus(s.x, line)
	s.state = field
	if len(rest) > 0 {
		return s.head.add(rest)
	}
	return nil
}

// junk may stand before a status line.
const junk = " \t\r\n\x00"

func likeStatus(line []byte) bool { return len(line) >= 4 && bytes.EqualFold(line[:4], []byte("HTTP")) }

// stray is how many of the first bytes where a status line is due belong to something else, such as content beyond its length:
// b is a line with its end, or the beginning of one that is too long. It must not depend on where segments begin.
func stray(b []byte) int {
	if likeStatus(bytes.TrimLeft(b, junk)) {
		return 0
	}
	for off := 0; ; off++ {
		i := bytes.Index(b[off:], []byte(status))
		if i < 0 {
			break
		}
		if off += i; off+statusSize <= len(b) && digits(b[off+7:off+8]) && b[off+8] == ' ' && digits(b[off+9:off+12]) {
			return off
		}
	}
	if b[len(b)-1] == '\n' {
		return len(b)
	}
	return len(b) - statusSize
}

const statusSize = len(status + "1 200")

func (p *parser) request(s *side, line []byte) error {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	target, version := rest, []byte(nil)
	if i := bytes.LastIndex(rest, []byte(" ")); i >= 0 && bytes.HasPrefix(rest[i+1:], []byte("HTTP/")) {
		target, version = rest[:i], rest[i+6:]
	}
	if bytes.Equal(method, []byte("PRI")) && bytes.Equal(version, []byte("2.0")) {
		p.f.Next("http2") // RFC 9113 §3.4
		return dissect.ErrNotMine
	}
	if p.depth == 0 && len(version) == 0 && !p.f.Midstream && !old(method, target) {
		return dissect.ErrNotMine // some other line protocol
	}
	p.depth++
	s.x = p.open()
	a := &s.x.a
	a.Depth = p.depth
	if token(method) {
		a.Method = string(method)
		a.URI = string(target[:min(len(target), maxURI)])
	} else { // not a request line; the server answers 400
		a.URI = string(line[:min(len(line), maxURI)])
	}
	a.Version = string(version[:min(len(version), 8)])
	s.state = field
	p.showRequest(s.x, line, method, target, version)
	return nil
}

// old tells a request of HTTP/0.9, which is a line alone.
func old(method, target []byte) bool {
	return string(method) == "GET" && (bytes.HasPrefix(target, []byte("/")) || bytes.HasPrefix(target, []byte("http://")))
}

// token is RFC 9110 §5.6.2, short.
func token(b []byte) bool {
	if len(b) == 0 || len(b) > 32 {
		return false
	}
	for _, c := range b {
		if (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
