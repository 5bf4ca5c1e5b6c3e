package l2tp

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// Protocols of PPP by which people log on (RFC 1334 §2, RFC 1994 §3), and their messages.
const (
	pap  = 0xc023
	chap = 0xc223

	papAsks      = 1
	papYes       = 2
	papNo        = 3
	chapResponse = 2
	chapYes      = 3
	chapNo       = 4
)

// inner is the frame of PPP in a data message of version 2 (RFC 2661 §3.1), without address and control; ok says that the header is sound.
func inner(b []byte) (frame []byte, ok bool) {
	flags, n := b[0], 6
	if flags&0xb4 != 0 || len(b) < 8 {
		return nil, false
	}
	if flags&0x40 != 0 {
		if size(b) < 8 || size(b) > len(b) {
			return nil, false
		}
		b, n = b[:size(b)], 8
	}
	if binary.BigEndian.Uint16(b[n-4:]) == 0 { // a tunnel's number is not 0
		return nil, false
	}
	if flags&0x08 != 0 {
		n += 4
	}
	if flags&0x02 != 0 {
		if n += 2; len(b) < n {
			return nil, false
		}
		n += int(binary.BigEndian.Uint16(b[n-2:]))
	}
	if len(b) < n {
		return nil, false
	}
	if b = b[n:]; len(b) >= 2 && b[0] == 0xff && b[1] == 0x03 {
		b = b[2:]
	}
	return b, true
}

// frame follows a log-on of the client's side within a session; the password, or what stands for it, is not read.
func (p *parser) frame(dir dissect.Dir, b []byte) {
	f, ok := inner(b)
	if !ok || len(f) < 2+4 {
		return
	}
	proto, code, size := binary.BigEndian.Uint16(f), f[2], int(binary.BigEndian.Uint16(f[4:]))
	if proto != pap && proto != chap || size < 4 || size > len(f)-2 {
		return
	}
	switch body := f[6 : 2+size]; {
	case dir == dissect.Orig && proto == pap && code == papAsks && len(body) > 0 && 1+int(body[0]) <= len(body):
		p.how, p.asked = "PAP", utf16le.OEM(body[1:1+int(body[0])], event.MaxAttrValue)
	case dir == dissect.Orig && proto == chap && code == chapResponse && len(body) > 0 && 1+int(body[0]) <= len(body):
		p.how, p.asked = "CHAP", utf16le.OEM(body[1+int(body[0]):], event.MaxAttrValue)
	case dir == dissect.Resp && (proto == pap && (code == papYes || code == papNo) || proto == chap && (code == chapYes || code == chapNo)):
		p.verdict(code == papYes && proto == pap || code == chapYes && proto == chap)
	}
}

// verdict tells of the log-on that is answered.
func (p *parser) verdict(in bool) {
	if p.asked != "" {
		p.f.Emit(&event.Authentication{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "ppp", Message: p.how, User: p.asked, Success: in, Answered: true})
		p.asked = ""
	}
}
