package http

import (
	"bytes"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// exchange is a request with its answer.
type exchange struct {
	a     event.HTTPActivity
	p     *parser
	done  [2]bool
	tx    *wire.Tx              // nil: no rule looks
	logon *event.Authentication // that its request brings
	proxy bool                  // it is for the proxy
	call  string                // what it says, of WinRM
	path  string                // of the target, clean: the name of what it asks for

	interim int // answers before the last one

	frame [2]int // field of the message as it was sent, from 1; 0 where no rule looks

	host, start, answer []byte // of the target; the start lines; only where rules look
}

// open makes an exchange for a request; the oldest one goes unanswered when too many wait.
func (p *parser) open() *exchange {
	x := &exchange{p: p, tx: p.f.Tx("")}
	x.a.Header, x.a.Conn = p.f.Head(), p.f.Conn
	if x.tx != nil {
		x.tx.Ask = x
	}
	if len(p.queue) == maxExchanges {
		p.emit(p.queue[0])
	}
	p.queue = append(p.queue, x)
	return x
}

// due is the exchange that the next answer belongs to; an answer without a request makes its own.
func (p *parser) due() *exchange {
	if o := &p.sides[dissect.Orig]; o.state == bareHead || o.state == bareBody || o.state == field && o.x.a.Version == "" { // the answer says that it is over
		p.cut(dissect.Orig, o)
		p.finish(dissect.Orig, o)
	}
	for _, x := range p.queue {
		if !x.done[dissect.Resp] {
			return x
		}
	}
	x := p.open()
	x.done[dissect.Orig] = true
	if x.tx != nil {
		x.tx.Done[dissect.Orig] = true
	}
	if !p.f.Midstream && p.depth == 0 {
		x.tx.Event(dissect.Resp, "http.unable_to_match_response_to_request")
	}
	return x
}

func (x *exchange) status(line []byte) {
	parts := bytes.SplitN(line, []byte(" "), 3)
	if len(parts) > 1 {
		x.a.Status, _ = strconv.Atoi(string(parts[1][:min(len(parts[1]), 3)]))
	}
	if x.a.Version == "" {
		x.a.Version = string(bytes.TrimPrefix(parts[0], []byte("HTTP/")))
	}
}

// take moves what the fields say into the event.
func (x *exchange) take(dir dissect.Dir, h *head) {
	if dir == dissect.Resp {
		x.a.ResponseType, x.a.Location, x.a.Range = h.typ, h.location, h.rng
		return
	}
	x.a.Host, x.a.UserAgent, x.a.Referer, x.a.XFF, x.a.RequestType = h.host, h.agent, h.referer, h.forwarded, h.typ
	if x.a.Fields = string(h.rest); x.a.Fields == "" {
		x.a.Fields = "\n" // seen, and there were none
	}
}

// bodiless answers have no content whatever their fields say (RFC 9112 §6.3).
func (x *exchange) bodiless() bool {
	return x.a.Method == "HEAD" || x.a.Status == 204 || x.a.Status == 304
}

// finish ends the message of one direction.
func (p *parser) finish(dir dissect.Dir, s *side) {
	x := s.x
	s.close(dir, true)
	s.x, s.state = nil, startLine
	p.over(dir, x)
}

// over says that nothing more comes in a direction of x.
func (p *parser) over(dir dissect.Dir, x *exchange) {
	x.done[dir] = true
	if x.frame[dir] > 0 {
		x.tx.End(x.frame[dir] - 1)
	}
	if x.tx != nil && !x.tx.Done[dir] {
		x.tx.Done[dir] = true
		p.f.Show(x.tx)
	}
	p.settle(x)
}

// settle emits what is complete.
func (p *parser) settle(x *exchange) {
	if x.done[dissect.Orig] && x.done[dissect.Resp] {
		p.emit(x)
	}
}

// emit tells of an exchange and forgets it.
func (p *parser) emit(x *exchange) {
	for i, q := range p.queue {
		if q == x {
			p.queue = append(p.queue[:i], p.queue[i+1:]...)
			p.f.EndTx(x.tx)
			a := x.a // the parser may still be reading into x; events never change
			p.f.Emit(&a)
			p.judged(x)
			p.remote(x)
			return
		}
	}
}

// content counts and looks at body bytes.
func (s *side) content(b []byte) {
	s.size += uint64(len(b))
	if s.file != nil {
		s.file.add(b)
	}
}

// skip counts body bytes that were not captured.
func (s *side) skip(n uint64) {
	s.size += n
	if s.file != nil {
		s.file.lost(n)
	}
}

// close puts what was learned of the body into the event; whole says that its end was seen.
func (s *side) close(dir dissect.Dir, whole bool) {
	a := &s.x.a
	length, file := &a.RequestLen, &a.RequestFile
	if dir == dissect.Resp {
		length, file = &a.ResponseLen, &a.ResponseFile
	}
	*length = s.size
	if s.file != nil {
		told := s.file.close(s.size, whole)
		if s.size > 0 {
			if dir == dissect.Orig {
				a.Body, a.MoreFiles = s.file.text(), s.file.more
				if s.file.call {
					s.x.call, a.Body = a.Body, a.Body[:min(len(a.Body), maxValue)]
				}
			}
			if *file = told; dir == dissect.Resp {
				a.MoreParts, a.WholeFile = s.file.more, s.file.whole
			}
		}
	}
	s.file = nil
}
