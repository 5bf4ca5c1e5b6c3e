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
var methods = []string{
	"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ",
	"TRACE ", "PATCH ", "PROPFIND ", "PROPPATCH ", "MKCOL ", "COPY ", "MOVE ",
	"LOCK ", "UNLOCK ", "SEARCH ", "REPORT ", "SUBSCRIBE ", "NOTIFY ", "BITS_POST ",
	"RPC_IN_DATA ", "RPC_OUT_DATA ", "DEBUG ", "TRACK ", "M-SEARCH ",
}

const status = "HTTP/1."

func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	if dir == dissect.Resp {
		return dissect.Prefix(b, status)
	}
	best := dissect.No
	for _, m := range methods {
		best = max(best, dissect.Prefix(b, m))
	}
	if best == dissect.Yes && !bytes.HasPrefix(b, []byte("CONNECT ")) { // whose target is a host, which may have any name
		best = aim(b[bytes.IndexByte(b, ' ')+1:])
	}
	return best
}

// foreign are how the targets of SIP and RTSP begin, whose methods have names of HTTP's among them: OPTIONS, as a rule the first one.
var foreign = [...]string{"rtsp:", "rtsps:", "rtspu:", "sip:", "sips:", "* RTSP/", "* SIP/"}

// aim judges what stands behind the method.
func aim(b []byte) dissect.Match {
	best := dissect.Yes
	for _, x := range foreign {
		switch dissect.PrefixFold(b, x) {
		case dissect.Yes:
			return dissect.No
		case dissect.Maybe:
			best = dissect.Maybe
		}
	}
	return best
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
	queue    []*exchange  // answers are due in this order
	first    [1]*exchange // room for one of them, which is mostly enough
	depth    int
	server   string // as its last NTLM challenge named it
	user     string // who logged on over this connection
	told     string // the last one who did so openly
	next     bool   // the answer said that another protocol follows
	answered bool   // a status line was seen
	gap      bool   // a head was lost
}

func newParser(f *dissect.Flow) dissect.Stream {
	p := &parser{f: f}
	p.queue = p.first[:0]
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
	bareBody // content of such a request
	hold     // after CONNECT: the answer decides what the client's bytes are
	lost     // look for the next start line
)

// side is one direction.
type side struct {
	state state
	left  uint64 // of body or chunkData; of bareBody see untold
	head  head
	x     *exchange // of the message being read
	file  *content
	size  uint64 // body bytes so far

	chunks  int   // seen of this body
	after   *head // of an answer that must have no content, but describes some
	partial bool  // a start line has begun

	early []byte // that came where opening could not decide
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	s := &p.sides[dir]
	s.partial = false
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
			s.partial = s.state == startLine
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
	case bareBody:
		return p.untold(dir, s, b)
	case lost:
		n := p.search(dir, s, b)
		if s.state == lost {
			return n, nil
		}
		used, err := p.step(dir, s, b[n:])
		return n + used, err
	}
	end := bytes.IndexByte(b[:min(len(b), maxLine)], '\n')
	if dir == dissect.Resp && s.state == startLine && !p.answered {
		if n, decided := p.opening(s, b, end); n > 0 || !decided {
			return n, nil
		} else if s.state != startLine {
			return p.step(dir, s, b)
		}
	}
	if end < 0 {
		switch {
		case p.contentAlone(dir, s, b):
			return p.step(dir, s, b)
		case len(b) < maxLine:
			return 0, nil
		case dir == dissect.Resp && s.state == startLine && stray(b[:maxLine]) > 0:
			return stray(b[:maxLine]), nil
		}
		return 0, errLine
	}
	n, err := p.line(dir, s, b[:end+1])
	if n == 0 && err == nil { // it is to be looked at in another state
		return p.step(dir, s, b)
	}
	return n, err
}

// Gap implements dissect.Stream: content that is lost is only counted, elsewhere the next start line is looked for.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	if dir == dissect.Resp {
		n -= p.decide()
	}
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
	p.decide()
	for dir := range p.sides {
		s := &p.sides[dir]
		if s.x == nil {
			continue
		}
		p.cut(dissect.Dir(dir), s)
		s.close(dissect.Dir(dir), s.state == untilClose && p.f.Ended(dissect.Dir(dir)) || s.state == bareHead || s.state == bareBody)
		s.x = nil
	}
	if p.sides[dissect.Orig].partial {
		p.f.Odd(dissect.Orig, "http.request_line_incomplete")
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
