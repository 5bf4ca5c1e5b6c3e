package http

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// head is what the fields of one message say, as far as it matters here.
type head struct {
	lines, bytes int
	length       uint64
	hasLength    bool
	chunked      bool
	coded        bool // some transfer coding that is not chunked is last
	encoding     string
	typ          string
	disposition  string
	host         string
	agent        string
	referer      string
	forwarded    string
	rest         []byte // request fields that are not kept elsewhere
}

// add reads one field line; folded lines (RFC 9112 §5.2) are passed over.
func (h *head) add(line []byte) error {
	h.lines++
	h.bytes += len(line)
	if h.lines > maxLines || h.bytes > maxHead {
		return errHead
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || line[0] == ' ' || line[0] == '\t' {
		return nil
	}
	value = bytes.Trim(value, " \t")
	if !h.known(name, value) && len(h.rest)+len(line) < maxValue {
		h.rest = append(append(h.rest, line...), '\n')
	}
	return nil
}

// known keeps the fields that have a place in the event, or frame the message; false for others.
func (h *head) known(name, value []byte) bool {
	switch len(name) {
	case 4:
		return set(&h.host, name, "host", value)
	case 7:
		return set(&h.referer, name, "referer", value)
	case 10:
		return set(&h.agent, name, "user-agent", value)
	case 12:
		return set(&h.typ, name, "content-type", value)
	case 14:
		if is(name, "content-length") {
			h.contentLength(value)
			return true
		}
	case 15:
		return set(&h.forwarded, name, "x-forwarded-for", value)
	case 16:
		return set(&h.encoding, name, "content-encoding", value)
	case 17:
		if is(name, "transfer-encoding") {
			h.transfer(value)
			return true
		}
	case 19:
		return set(&h.disposition, name, "content-disposition", value)
	}
	return false
}

func is(b []byte, lower string) bool {
	return len(b) == len(lower) && strings.EqualFold(string(b), lower)
}

// set keeps the first value of a field, if it is the one that is wanted.
func set(to *string, name []byte, want string, value []byte) bool {
	if !is(name, want) {
		return false
	}
	if *to == "" {
		*to = string(value[:min(len(value), maxValue)])
	}
	return true
}

// contentLength keeps the first of several (RFC 9112 §6.3).
func (h *head) contentLength(value []byte) {
	first, _, _ := bytes.Cut(value, []byte(","))
	n, err := strconv.ParseUint(string(bytes.TrimSpace(first)), 10, 63)
	if err == nil && !h.hasLength {
		h.length, h.hasLength = n, true
	}
}

// transfer looks at the last coding, which alone frames the message (RFC 9112 §6.1).
func (h *head) transfer(value []byte) {
	if i := bytes.LastIndexByte(value, ','); i >= 0 {
		value = value[i+1:]
	}
	h.chunked = is(bytes.TrimSpace(value), "chunked")
	h.coded = !h.chunked && !is(bytes.TrimSpace(value), "identity")
}

// start reads a request or a status line (RFC 9112 §3, §4).
func (p *parser) start(dir dissect.Dir, s *side, line []byte) error {
	if len(line) == 0 { // §2.2: empty lines before a request are passed over
		return nil
	}
	s.head, s.size, s.file = head{}, 0, nil
	if dir == dissect.Orig {
		return p.request(s, line)
	}
	if !bytes.HasPrefix(line, []byte("HTTP/")) {
		s.state = lost
		return nil
	}
	s.x = p.due()
	s.x.status(line)
	s.state = field
	return nil
}

func (p *parser) request(s *side, line []byte) error {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	target, version := rest, []byte(nil)
	if i := bytes.LastIndex(rest, []byte(" ")); i >= 0 && bytes.HasPrefix(rest[i+1:], []byte("HTTP/")) {
		target, version = rest[:i], rest[i+6:]
	}
	if bytes.Equal(method, []byte("PRI")) && bytes.Equal(version, []byte("2.0")) {
		p.f.SetApp("http2") // RFC 9113 §3.4
		return dissect.ErrDone
	}
	if p.depth == 0 && len(version) == 0 && !p.f.Midstream {
		return dissect.ErrNotMine // HTTP/0.9 is gone; this is some other line protocol
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
	return nil
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

// headDone finds out how long the content is (RFC 9112 §6.3) and what follows.
func (p *parser) headDone(dir dissect.Dir, s *side) error {
	x := s.x
	x.take(dir, &s.head)
	if dir == dissect.Resp && p.interim(s) {
		return nil
	}
	empty := dir == dissect.Resp && x.bodiless()
	switch {
	case empty:
		p.finish(dir, s)
		return nil
	case s.head.chunked:
		s.state = chunkSize
	case s.head.hasLength && !s.head.coded:
		if s.state, s.left = body, s.head.length; s.left == 0 {
			p.finish(dir, s)
			return nil
		}
	case dir == dissect.Orig:
		p.finish(dir, s)
		if x.a.Method == "CONNECT" {
			s.state = hold
		}
		return nil
	default:
		s.state = untilClose
	}
	s.file = newContent(&s.head, dir)
	return nil
}

// interim handles answers that are not the last one (RFC 9110 §15.2) and those that change the protocol.
func (p *parser) interim(s *side) bool {
	code := s.x.a.Status
	switch {
	case code == 101 || s.x.a.Method == "CONNECT" && code/100 == 2:
		p.finish(dissect.Resp, s)
		p.next = true
		return true
	case code/100 == 1:
		s.state, s.x = startLine, nil
		return true
	}
	if s.x.a.Method == "CONNECT" { // refused: the client goes on with HTTP
		p.sides[dissect.Orig].state = startLine
	}
	return false
}

// chunk reads a chunk's size (RFC 9112 §7.1); false when it is not one.
func (s *side) chunk(line []byte) bool {
	size, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimSpace(size)), 16, 63)
	s.state, s.left = chunkData, n
	if n == 0 {
		s.state = trailer
	}
	return err == nil
}
