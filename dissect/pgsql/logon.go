package pgsql

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// ways of proving who one is (§54.7 Authentication…).
var ways = map[uint32]string{3: "cleartext", 5: "md5", 7: "gss", 9: "sspi", 10: "scram"}

func (p *parser) answer(kind byte, body []byte) (done bool) {
	if p.told == nil {
		return true
	}
	switch {
	case kind == 'E':
		p.told.Add("result", "failed")
		if strings.HasPrefix(state(body), "28") { // invalid authorization, not a server that is full or has no such database
			p.tellLogon(false)
		}
		return true
	case kind == 'R' && len(body) >= 4:
		code := binary.BigEndian.Uint32(body)
		if code == 0 {
			p.told.Add("result", "ok")
			p.tellLogon(true)
			p.entered = true
			return true
		}
		p.told.Add("method", ways[code])
	}
	return false
}

// state is the SQLSTATE of an error (§54.8), "" where it has none.
func state(body []byte) string {
	for len(body) > 0 && body[0] != 0 {
		value, rest, ok := bytes.Cut(body[1:], []byte{0})
		if !ok {
			break
		}
		if body[0] == 'C' {
			return string(value[:min(len(value), 5)])
		}
		body = rest
	}
	return ""
}

// tellLogon tells who was let in or not.
func (p *parser) tellLogon(in bool) {
	p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "pgsql", Message: "LOGIN", User: p.told.Attr("user"),
		Service: p.told.Attr("database"), Success: in, Answered: true})
}
