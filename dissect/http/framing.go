package http

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

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

// opening looks at the first bytes of a connection's first answer, whose first line ends at end, -1 where it does not: where they are
// content of HTTP/0.9, that begins; n is the length of a line that is neither, before the status line. Not decided, more bytes must come.
func (p *parser) opening(s *side, b []byte, end int) (n int, decided bool) {
	s.early = s.early[:0]
	line := b
	if end >= 0 {
		line = b[:end]
	}
	if !p.oldAnswer(s, bytes.TrimLeft(line, junk)) {
		return 0, true
	}
	if behind := b[end+1:]; end >= 0 && likeStatus(behind) {
		return end + 1, true
	} else if end < 0 && len(b) < maxLine || end >= 0 && len(behind) < 4 && bytes.EqualFold(behind, []byte("HTTP"[:len(behind)])) {
		s.early = append(s.early, b...)
		return 0, false
	}
	p.unframed(dissect.Resp, s)
	return 0, true
}

// decide takes what opening waits with for content, as nothing joins on, and says how many bytes that were.
func (p *parser) decide() (n int) {
	s := &p.sides[dissect.Resp]
	if b := s.early; len(b) > 0 && s.state == startLine && p.oldAnswer(s, bytes.TrimLeft(b, junk)) {
		p.unframed(dissect.Resp, s)
		n, _ = p.step(dissect.Resp, s, b) // content up to the end of the connection
	}
	s.early = nil
	return n
}

// unexpected decides what follows a request that says nothing of its content: another one, or content all the same.
func (p *parser) unexpected(dir dissect.Dir, s *side, b []byte) (int, error) {
	another := probe(dir, b, false, 0)
	switch {
	case another == dissect.Yes || len(trim(b[:1])) == 0 || b[0] == '\n':
		p.finish(dir, s)
		return p.step(dir, s, b)
	case another != dissect.No:
		return 0, nil
	}
	s.x.tx.Event(dir, "http.request_body_unexpected")
	s.file = newContent(p.f, s.x.tx, &s.head, dir, s.x.resource())
	s.state, s.left = bareBody, 0
	return p.untold(dir, s, b)
}

// untold takes a line of content that the head did not tell of, or what there is of one: it lasts until the answer, or a line that begins a
// request. left is 0 where a line begins.
func (p *parser) untold(dir dissect.Dir, s *side, b []byte) (int, error) {
	if s.left == 0 {
		switch probe(dir, b, false, 0) {
		case dissect.No:
		case dissect.Yes:
			p.finish(dir, s)
			return p.step(dir, s, b)
		default:
			return 0, nil
		}
	}
	n := bytes.IndexByte(b, '\n') + 1
	if s.left = 0; n == 0 {
		s.left, n = 1, len(b)
	}
	p.raw(dir, s.x, b[:n])
	s.content(b[:n])
	return n, nil
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
		if n := stray(full); n > 0 && dir == dissect.Resp {
			return n, nil
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
		if s.chunk(line) {
			if bytes.IndexByte(line, ';') >= 0 {
				s.x.tx.Event(dir, extensions[dir])
			}
		} else {
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
		s.file = newContent(p.f, s.x.tx, &s.head, dir, s.x.resource())
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
