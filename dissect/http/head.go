package http

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// head is what the fields of one message say, as far as it matters here.
type head struct {
	lines, bytes int
	last         string // field that a folded line would continue
	part         string // name of a field whose colon has not come
	answer       bool   // of a response
	bareLF       bool   // the last line ended without a carriage return
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
	rng          string // Content-Range
	upgrade      string
	raw          []byte // field lines as sent, where rules look
	trailer      []byte // those behind chunked content
	logon        string // token of NTLM or Negotiate
	rest         []byte // request fields that are not kept elsewhere
}

// add reads one field line; of folded lines (RFC 9112 §5.2) only those matter that frame the message.
func (h *head) add(line []byte) error {
	h.lines++
	h.bytes += len(line)
	if h.lines > maxLines || h.bytes > maxHead {
		return errHead
	}
	if bytes.IndexByte(line, 0) >= 0 { // receivers differ: some do not see them
		if line = bytes.ReplaceAll(line, []byte{0}, nil); len(line) == 0 || line[0] != ' ' && h.last != "" && bytes.IndexByte(line, ':') < 0 {
			line = append([]byte(" "), line...)
		}
	}
	for bytes.IndexByte(line, '\r') >= 0 { // and some take a carriage return alone for a line end
		var l []byte
		l, line, _ = bytes.Cut(line, []byte("\r"))
		h.one(l)
	}
	h.one(line)
	return nil
}

// one reads a field line, or one that continues the last.
func (h *head) one(line []byte) {
	if len(line) == 0 {
		return
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	name, value = trim(name), trim(value)
	if line[0] == ' ' || line[0] == '\t' {
		switch {
		case h.part != "": // the colon is in the continuation
			name, ok = []byte(h.part+string(name)), true
		case ok && h.answer && isToken(name): // a field all the same, to receivers that trim first
		default:
			h.more(trim(line))
			return
		}
	}
	if h.last, h.part = "", ""; !ok {
		h.part = string(name[:min(len(name), maxName)])
		return
	}
	h.token(name, value)
	if !h.known(name, value) && len(h.rest)+len(line) < maxValue {
		h.rest = append(append(h.rest, line...), '\n')
	}
}

// more continues a field that frames or codes the content.
func (h *head) more(value []byte) {
	switch {
	case h.last == "transfer-encoding":
		h.transfer(value)
	case h.last == "content-encoding" && len(value) > 0:
		h.encoding = strings.TrimSpace(h.encoding + " " + string(value[:min(len(value), maxValue)]))
	case h.last == "content-length" && len(value) > 0:
		h.hasLength = false
	}
}

// known keeps the fields that have a place in the event, or frame the message; false for others.
func (h *head) known(name, value []byte) bool {
	switch len(name) {
	case 4:
		return set(&h.host, name, "host", value)
	case 7:
		return set(&h.referer, name, "referer", value) || set(&h.upgrade, name, "upgrade", value)
	case 10:
		return set(&h.agent, name, "user-agent", value)
	case 12:
		return set(&h.typ, name, "content-type", value)
	case 13:
		return set(&h.rng, name, "content-range", value)
	case 14:
		if is(name, "content-length") {
			h.contentLength(value)
			return true
		}
	case 15:
		return set(&h.forwarded, name, "x-forwarded-for", value)
	case 16:
		if is(name, "content-encoding") {
			h.last = "content-encoding"
			if h.encoding != "" {
				h.encoding += ","
			}
			h.encoding += string(value[:min(len(value), maxValue)])
			return true
		}
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

// contentLength keeps the first of several (RFC 9112 §6.3). What is no number does not frame an answer; of a request it counts as
// far as it is one.
func (h *head) contentLength(value []byte) {
	h.last = "content-length"
	end := 0
	for end < len(value) && '0' <= value[end] && value[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(value[:end]), 10, 63)
	if err == nil && !h.hasLength && (end == len(value) || !h.answer || value[end] == ',') {
		h.length, h.hasLength = n, true
	}
}

// transfer looks for the chunked coding, which alone frames a message (RFC 9112 §6.1), wherever it stands: receivers differ.
func (h *head) transfer(value []byte) {
	h.last = "transfer-encoding"
	value = bytes.ToLower(value)
	h.chunked = h.chunked || bytes.Contains(value, []byte("chunked"))
	h.coded = h.coded || !h.chunked && len(value) > 0 && !bytes.Equal(value, []byte("identity"))
}

// start reads a request or a status line (RFC 9112 §3, §4).
func (p *parser) start(dir dissect.Dir, s *side, line []byte) error {
	if len(trim(line)) == 0 { // §2.2: empty lines before a request are passed over
		return nil
	}
	s.head, s.size, s.file = head{answer: dir == dissect.Resp}, 0, nil
	if dir == dissect.Orig {
		return p.request(s, line)
	}
	if line = bytes.TrimLeft(line, junk); !likeStatus(line) {
		s.state = lost
		return nil
	}
	line, rest, _ := bytes.Cut(line, []byte("\r"))
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

// headDone finds out how long the content is (RFC 9112 §6.3) and what follows.
func (p *parser) headDone(dir dissect.Dir, s *side) error {
	x := s.x
	x.take(dir, &s.head)
	if s.head.logon != "" {
		p.logon(dir, s)
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
	s.file = newContent(p.f, x.tx, &s.head, dir, x.path)
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
