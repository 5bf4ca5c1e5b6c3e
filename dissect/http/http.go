// Package http reads HTTP/1 (RFC 9112): requests with their answers, and what kind of file their bodies really are.
package http

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is HTTP/1.0 and 1.1 on any port.
var Protocol = dissect.Protocol{
	Name:     "http",
	Spec:     "RFC 9110, RFC 9112, RFC 6266",
	TCP:      []uint16{80, 591, 3128, 5357, 5985, 8000, 8008, 8080, 8081, 8088, 8530, 8888, 47001},
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

// methods are those of RFC 9110, PATCH, WebDAV (RFC 4918) and what Windows and UPnP use.
var methods = [][]byte{
	[]byte("GET "), []byte("POST "), []byte("HEAD "), []byte("PUT "), []byte("DELETE "), []byte("CONNECT "), []byte("OPTIONS "),
	[]byte("TRACE "), []byte("PATCH "), []byte("PROPFIND "), []byte("PROPPATCH "), []byte("MKCOL "), []byte("COPY "), []byte("MOVE "),
	[]byte("LOCK "), []byte("UNLOCK "), []byte("SEARCH "), []byte("REPORT "), []byte("SUBSCRIBE "), []byte("NOTIFY "), []byte("BITS_POST "),
	[]byte("RPC_IN_DATA "), []byte("RPC_OUT_DATA "), []byte("DEBUG "), []byte("TRACK "), []byte("M-SEARCH "),
}

var status = []byte("HTTP/1.")

func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if dir == dissect.Resp {
		return prefix(b, status)
	}
	best := dissect.No
	for _, m := range methods {
		best = max(best, prefix(b, m))
	}
	return best
}

// prefix compares as far as there is something to compare.
func prefix(b, want []byte) dissect.Match {
	switch {
	case len(b) >= len(want) && bytes.Equal(b[:len(want)], want):
		return dissect.Yes
	case len(b) < len(want) && bytes.Equal(b, want[:len(b)]):
		return dissect.Maybe
	}
	return dissect.No
}

// Bounds of one connection.
const (
	maxLine      = 16 << 10 // start line or field line
	maxHead      = 128 << 10
	maxLines     = 500
	maxExchanges = 64 // requests that wait for their answers
	maxURI       = 4 << 10
	maxValue     = 1 << 10
	maxName      = 64 // of a field name before its colon
)

// Errors that end the parsing of a connection.
var (
	errLine = errors.New("http: a line is too long")
	errHead = errors.New("http: the header section is too long")
)

// parser reads one connection.
type parser struct {
	f        *dissect.Flow
	sides    [2]side
	queue    []*exchange // answers are due in this order
	depth    int
	server   string // as its last NTLM challenge named it
	next     bool   // the answer said that another protocol follows
	answered bool   // a status line was seen
	gap      bool   // a head was lost
}

func newParser(f *dissect.Flow) dissect.Stream {
	p := &parser{f: f}
	if f.Midstream {
		p.sides[dissect.Orig].state, p.sides[dissect.Resp].state = lost, lost
	}
	return p
}

// state is what is due in one direction.
type state uint8

const (
	startLine state = iota
	field           // header fields
	body            // left bytes of content
	untilClose
	chunkSize
	chunkData // left bytes of a chunk
	chunkEnd  // the line end behind it
	trailer
	bareHead // a request that should have content, but does not say so: what follows decides
	hold     // after CONNECT: the answer decides what the client's bytes are
	lost     // look for the next start line
)

// side is one direction.
type side struct {
	state state
	left  uint64 // of body or chunkData
	head  head
	x     *exchange // of the message being read
	file  *content
	size  uint64 // body bytes so far

	chunks int   // seen of this body
	after  *head // of an answer that must have no content, but describes some
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.sides[dir]
	for n < len(b) && s.state != hold {
		used, err := p.step(dir, s, b[n:])
		n += used
		if err != nil || p.next {
			if p.next {
				err = dissect.ErrNext
			}
			return n, err
		}
		if used == 0 {
			break
		}
	}
	if s.file != nil && s.file.dirty {
		s.file.dirty = false
		p.f.Show(s.x.tx)
	}
	return n, nil
}

// step takes one line, or content as far as there is some.
func (p *parser) step(dir dissect.Dir, s *side, b []byte) (int, error) {
	switch s.state {
	case body, chunkData:
		n := int(min(s.left, uint64(len(b))))
		p.raw(dir, s.x, b[:n])
		s.content(b[:n])
		if s.left -= uint64(n); s.left == 0 {
			if s.state == chunkData {
				s.state = chunkEnd
			} else {
				p.finish(dir, s)
			}
		}
		return n, nil
	case untilClose:
		p.raw(dir, s.x, b)
		s.content(b)
		return len(b), nil
	case bareHead:
		return p.unexpected(dir, s, b)
	case lost:
		n := p.search(dir, s, b)
		if s.state == lost {
			return n, nil
		}
		used, err := p.step(dir, s, b[n:])
		return n + used, err
	}
	end := bytes.IndexByte(b[:min(len(b), maxLine)], '\n')
	if end < 0 {
		switch {
		case p.contentAlone(dir, s, b):
			return p.step(dir, s, b)
		case len(b) >= maxLine:
			return 0, errLine
		}
		return 0, nil
	}
	if dir == dissect.Resp && s.state == startLine && !p.answered && likeStatus(b[end+1:]) && !likeStatus(b) {
		return end + 1, nil // a line before the status line
	}
	n, err := p.line(dir, s, b[:end+1])
	if n == 0 && err == nil { // it is to be looked at in another state
		return p.step(dir, s, b)
	}
	return n, err
}

// contentAlone finds out early that what comes is no line of an answer's framing, but content, and prepares for it.
func (p *parser) contentAlone(dir dissect.Dir, s *side, b []byte) bool {
	if dir != dissect.Resp {
		return false
	}
	switch s.state {
	case startLine:
		if b = bytes.TrimLeft(b, junk); len(b) >= 4 && p.oldAnswer(s, b) {
			p.unframed(dir, s)
			return true
		}
	case chunkSize:
		if b = bytes.TrimLeft(b, junk+"\v\f"); len(b) > 0 && !isHex(b[0]) && s.chunks == 0 {
			s.x.tx.Event(dir, chunkEvents[dir])
			p.unframed(dir, s)
			return true
		}
	}
	return false
}

// unexpected decides what follows a request that says nothing of its content: another one, or content all the same.
func (p *parser) unexpected(dir dissect.Dir, s *side, b []byte) (int, error) {
	if probe(dir, b, false, 0) != dissect.No || len(trim(b[:1])) == 0 || b[0] == '\n' {
		p.finish(dir, s)
		return p.step(dir, s, b)
	}
	s.x.tx.Event(dir, "http.request_body_unexpected")
	s.file = newContent(p.f, s.x.tx, &s.head, dir, s.x.path)
	s.content(b)
	p.finish(dir, s)
	return len(b), nil
}

// line takes a line with its end and says how much of it is consumed: all, or nothing when it is content.
func (p *parser) line(dir dissect.Dir, s *side, full []byte) (int, error) {
	line := bytes.TrimSuffix(full[:len(full)-1], []byte("\r"))
	p.raw(dir, s.x, full)
	switch s.state {
	case startLine:
		if dir == dissect.Resp && p.oldAnswer(s, bytes.TrimLeft(line, junk)) {
			p.unframed(dir, s)
			return 0, nil
		}
		return len(full), p.start(dir, s, line)
	case field:
		if s.x.tx != nil {
			s.head.raw = append(s.head.raw, full...)
		}
		if s.head.over(line, full) {
			return len(full), p.headDone(dir, s)
		}
		return len(full), s.head.add(line)
	case chunkSize:
		if !s.chunk(line) {
			if s.x.tx.Event(dir, chunkEvents[dir]); dir == dissect.Resp {
				p.unframed(dir, s)
				return 0, nil
			}
			p.lose(dir, s)
		}
	case chunkEnd:
		s.state = chunkSize
		if len(line) > 0 { // no line end: what is here may be the next size
			return 0, nil
		}
	case trailer:
		if len(line) == 0 {
			p.finish(dir, s)
		} else if s.x.tx != nil {
			s.head.trailer = append(s.head.trailer, full...)
		}
	}
	return len(full), nil
}

var chunkEvents = [2]string{"http.invalid_request_chunk_len", "http.invalid_response_chunk_len"}

// over tells the line that ends a head: an empty one, also to receivers that take a line end in another way than its sender.
func (h *head) over(line, full []byte) bool {
	bare := len(full) < 2 || full[len(full)-2] != '\r'
	was := h.bareLF
	h.bareLF = bare
	switch rest := trim(line); {
	case len(line) == 0:
		return true
	case len(rest) > 0:
		return false
	}
	return was && (bare || line[0] == '\r')
}

// oldAnswer tells content without a head: the first answer of a connection, as to a request of HTTP/0.9, or one that should have none.
func (p *parser) oldAnswer(s *side, line []byte) bool {
	if len(line) == 0 || likeStatus(line) {
		return false
	}
	if s.after != nil {
		return true
	}
	for _, x := range p.queue {
		if !x.done[dissect.Resp] {
			return !p.answered && !p.f.Midstream && !p.gap
		}
	}
	return false
}

// unframed takes what comes as content up to the end of the connection, or as the answer before described it.
func (p *parser) unframed(dir dissect.Dir, s *side) {
	s.state = untilClose
	if s.x == nil {
		s.head, s.size = head{answer: true}, 0
		s.x = p.due()
		if s.after != nil {
			s.x.tx.Event(dir, "http.response_body_unexpected")
			if s.head = *s.after; s.head.chunked {
				s.state, s.chunks = chunkSize, 0
			}
		}
	}
	s.after = nil
	if s.file == nil {
		s.file = newContent(p.f, s.x.tx, &s.head, dir, s.x.path)
	}
}

// search looks for a start line at the start of a segment or behind a line end (after a gap, or mid-stream).
func (p *parser) search(dir dissect.Dir, s *side, b []byte) int {
	for off := 0; off < len(b); {
		if probe(dir, b[off:], false, 0) == dissect.Yes {
			s.state = startLine
			p.resume(dir)
			return off
		}
		next := bytes.IndexByte(b[off:], '\n')
		if next < 0 {
			break
		}
		off += next + 1
	}
	return len(b)
}

// resume settles what was left open when a direction was lost.
func (p *parser) resume(dir dissect.Dir) {
	if dir == dissect.Resp { // the answer belongs to the last request: those before stay unanswered
		for len(p.queue) > 1 {
			p.emit(p.queue[0])
		}
	}
}

// Gap implements dissect.Stream: content that is lost is only counted, elsewhere the next start line is looked for.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	s := &p.sides[dir]
	switch s.state {
	case untilClose:
		s.skip(uint64(n))
		return nil
	case body, chunkData:
		if uint64(n) < s.left {
			s.skip(uint64(n))
			s.left -= uint64(n)
			return nil
		}
	}
	p.gap = true
	p.lose(dir, s)
	return nil
}

// lose ends the message that cannot be followed any more.
func (p *parser) lose(dir dissect.Dir, s *side) {
	if x := s.x; x != nil {
		p.cut(dir, s)
		s.close(dir, false)
		p.over(dir, x)
	}
	s.x, s.state = nil, lost
}

// Close implements dissect.Stream.
func (p *parser) Close() {
	for dir := range p.sides {
		s := &p.sides[dir]
		if s.x == nil {
			continue
		}
		p.cut(dissect.Dir(dir), s)
		s.close(dissect.Dir(dir), s.state == untilClose || s.state == bareHead)
		s.x = nil
	}
	for len(p.queue) > 0 {
		p.emit(p.queue[0])
	}
}

// cut shows the head of a message that ends within it.
func (p *parser) cut(dir dissect.Dir, s *side) {
	if s.state == field {
		p.showHead(dir, s)
	}
}
