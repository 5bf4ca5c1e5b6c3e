package sip

import (
	"bytes"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// headers says which buffer takes a header, by its name and its compact form (RFC 3261 §7.3.3).
var headers = map[string]wire.Buffer{
	"from": wire.SIPFrom, "f": wire.SIPFrom, "to": wire.SIPTo, "t": wire.SIPTo, "via": wire.SIPVia, "v": wire.SIPVia,
	"user-agent": wire.SIPUserAgent, "content-type": wire.SIPContentType, "c": wire.SIPContentType,
	"content-length": wire.SIPContentLength, "l": wire.SIPContentLength,
}

// next cuts the next header off; a line that begins with white space belongs to the one before.
func next(b []byte) (name string, value, rest []byte) {
	end := 0
	for {
		i := bytes.Index(b[end:], []byte("\r\n"))
		if i < 0 {
			end = len(b)
			rest = nil
			break
		}
		end += i
		rest = b[end+2:]
		if len(rest) == 0 || rest[0] != ' ' && rest[0] != '\t' {
			break
		}
		end += 2
	}
	key, value, _ := bytes.Cut(b[:end], []byte(":"))
	return string(bytes.ToLower(bytes.TrimSpace(key))), bytes.TrimSpace(value), rest
}

func bodyLength(head []byte) int {
	_, rest, _ := bytes.Cut(head, []byte("\r\n"))
	for len(rest) > 0 {
		name, value, more := next(rest)
		if headers[name] == wire.SIPContentLength {
			if n, err := strconv.ParseUint(string(value), 10, 31); err == nil {
				return int(n)
			}
		}
		rest = more
	}
	return 0
}

// message tells of one message; head ends with the end of its last line.
func (p *parser) message(dir dissect.Dir, head, body []byte) error {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	a, b, _ := bytes.Cut(line, []byte(" "))
	b, c, three := bytes.Cut(b, []byte(" "))
	answer := bytes.HasPrefix(a, []byte(version))
	if !answer && (!three || !bytes.HasPrefix(c, []byte(version))) {
		p.f.Odd(dir, "sip.invalid_data")
		return errLine
	}
	e := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "sip", Back: dir == dissect.Resp}
	t := p.f.Tx("")
	switch {
	case answer != (dir == dissect.Resp): // rules know no requests from servers
		t.Event(dir, "sip.invalid_data")
		t = nil
	case answer:
		t.Put(wire.SIPProtocol, dir, bytes.Clone(a))
		t.Put(wire.SIPStatCode, dir, bytes.Clone(b))
		t.Put(wire.SIPStatMsg, dir, bytes.Clone(c))
		t.Put(wire.SIPResponseLine, dir, bytes.Clone(line))
	default:
		t.Put(wire.SIPMethod, dir, bytes.Clone(a))
		t.Put(wire.SIPURI, dir, bytes.Clone(b))
		t.Put(wire.SIPProtocol, dir, bytes.Clone(c))
		t.Put(wire.SIPRequestLine, dir, bytes.Clone(line))
	}
	if answer {
		e.Operation = "response"
		e.Add("status", string(b))
		e.Add("version", string(a))
		e.Add("reason", string(c))
	} else {
		e.Operation = string(a[:min(len(a), 32)])
		e.Add("uri", string(b))
		e.Add("version", string(c))
	}
	isSDP := p.fields(t, dir, rest, e)
	if t != nil {
		if isSDP {
			describe(t, dir, body)
		}
		p.frames(t, dir, answer, line, head, body)
		p.f.EndTx(t)
	}
	p.f.Emit(e)
	return nil
}

var told = map[wire.Buffer]string{wire.SIPFrom: "from", wire.SIPTo: "to", wire.SIPUserAgent: "user_agent"}

// maxFields bounds the headers of one message that are looked at.
const maxFields = 128

// fields shows the headers and tells whether the body is SDP.
func (p *parser) fields(t *wire.Tx, dir dissect.Dir, rest []byte, e *event.AppActivity) (isSDP bool) {
	for range maxFields {
		if len(rest) == 0 {
			break
		}
		var name string
		var value []byte
		name, value, rest = next(rest)
		id := headers[name]
		if id == 0 {
			if name == "cseq" && e.Operation == "response" { // which request it answers (§20.16)
				_, method, _ := bytes.Cut(value, []byte(" "))
				e.Add("method", string(bytes.TrimSpace(method)))
			}
			continue
		}
		t.Put(id, dir, bytes.Clone(value))
		isSDP = isSDP || id == wire.SIPContentType && described(value)
		if to := told[id]; to != "" && e.Attr(to) == "" {
			e.Add(to, string(value))
		}
	}
	return isSDP
}

// frames shows the parts of a message as they were on the wire.
func (p *parser) frames(t *wire.Tx, dir dissect.Dir, answer bool, line, head, body []byte) {
	if !p.wanted() {
		return
	}
	whole := append(append(bytes.Clone(head), "\r\n"...), body...)
	n, m := len(line)+2, len(head)
	ids := [3]wire.Buffer{wire.SIPFrameRequestLine, wire.SIPFrameRequestHeaders, wire.SIPFrameRequestBody}
	if answer {
		ids = [3]wire.Buffer{wire.SIPFrameResponseLine, wire.SIPFrameResponseHeaders, wire.SIPFrameResponseBody}
	}
	put := func(id wire.Buffer, b, given []byte) {
		t.Put(id, dir, b)
		p.f.MarkFrame(t, dir, p.f.At(given))
	}
	put(wire.SIPFramePDU, whole, head)
	put(ids[0], whole[:min(n, m)], head)
	if m > n {
		put(ids[1], whole[n:m], head[n:])
	}
	if len(body) > 0 {
		put(ids[2], whole[m+2:], body)
	}
}

func (p *parser) wanted() bool {
	for id := wire.SIPFramePDU; id <= wire.SIPFrameResponseBody; id++ {
		if p.f.Wants(id) {
			return true
		}
	}
	return false
}
