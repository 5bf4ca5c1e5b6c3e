package forge

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Kinds of PDU (C706 §12.6.4).
const (
	pduRequest  = 0
	pduResponse = 2
	pduFault    = 3
	pduBind     = 11
	pduBindAck  = 12
)

// rpc is one call of DCE/RPC with its answer; the first of an interface is preceded by a bind (C706 chapter 12).
func (s *Speech) rpc(e *event.SMBActivity) bool {
	if s.calls == nil {
		return false
	}
	id, opnum, known := s.calls(e.RPC.Interface, e.RPC.Operation)
	if !known {
		return false
	}
	c := *e.RPC
	r := &c
	if r.Operation != "" {
		r.Opnum = opnum
	}
	over, place := s.plainly, ""
	if e.Pipe || e.Share != "" || e.Dst.Port == 445 {
		pipe := strings.TrimPrefix(e.Path, `\`)
		if pipe == "" {
			pipe = r.Interface
		}
		s.negotiate()
		s.ensure(e.User)
		s.connect(ipc(e.Share), 0, true)
		s.open(pipe, true, 0)
		over, place = s.transceive, pipe
	}
	s.bind(r, id, place, over)
	if r.Kind == "bind" {
		return true
	}
	s.smb.call++
	ask := join(le32(uint32(r.StubIn)), le16(0), le16(int(r.Opnum)), stubOf(r))
	answer := s.answer(r)
	if !r.Answered {
		answer = nil
	}
	over(s.pdu(pduRequest, r, ask), answer)
	return true
}

func (s *Speech) answer(r *event.DCERPC) []byte {
	if r.Kind == "fault" {
		return s.pdu(pduFault, r, join(le32(32), le16(0), []byte{0, 0}, le32(r.Result), le32(0)))
	}
	stub := make([]byte, max(4, r.StubOut))
	copy(stub[len(stub)-4:], le32(r.Result))
	return s.pdu(pduResponse, r, join(le32(uint32(len(stub))), le16(0), []byte{0, 0}, stub))
}

// bind agrees on an interface, once; of a guessed one the beginning was missed.
func (s *Speech) bind(r *event.DCERPC, id, place string, over func(ask, answer []byte)) {
	x := &s.smb
	key := r.Interface + "\x00" + place
	if x.bound[key] || r.Guessed {
		return
	}
	if x.bound == nil {
		x.bound = map[string]bool{}
	}
	x.bound[key] = true
	x.call++
	version := 1
	if n, err := strconv.Atoi(strings.Split(r.Version+".", ".")[0]); err == nil && n > 0 {
		version = n
	}
	syntax, ndr := join(guid(id), le16(version), le16(0)), join(guid("8a885d04-1ceb-11c9-9fe8-08002b104860"), le32(2))
	over(s.pdu(pduBind, r, join(le16(4280), le16(4280), le32(0), []byte{1, 0, 0, 0}, le16(0), []byte{1, 0}, syntax, ndr)),
		s.pdu(pduBindAck, r, join(le16(4280), le16(4280), le32(0x1234), le16(4), []byte("135\x00"), le16(0), []byte{1, 0, 0, 0}, le16(0), le16(0), ndr)))
}

// levelPrivacy encrypts the stub (MS-RPCE §2.2.1.1.8).
const levelPrivacy = 6

// pdu is a connection-oriented PDU in one fragment, little-endian; what is private has noise for a stub and a signature behind it.
func (s *Speech) pdu(kind byte, r *event.DCERPC, body []byte) []byte {
	if !r.Private {
		return join([]byte{5, 0, kind, 3, 0x10, 0, 0, 0}, le16(16+len(body)), le16(0), le32(s.smb.call), body)
	}
	if kind == pduRequest || kind == pduResponse {
		for len(body)%4 > 0 {
			body = append(body, 0)
		}
		copy(body[8:], noise(uint64(len(body)-8), s.seed+uint64(s.smb.call)))
	}
	auth := r.AuthType
	if auth == 0 {
		auth = 10
	}
	trailer := join([]byte{auth, levelPrivacy, 0, 0}, le32(1), noise(16, s.seed))
	return join([]byte{5, 0, kind, 3, 0x10, 0, 0, 0}, le16(16+len(body)+len(trailer)), le16(16), le32(s.smb.call), body, trailer)
}

func (s *Speech) plainly(ask, answer []byte) {
	s.say(client, ask)
	if answer != nil {
		s.say(server, answer)
	}
}

// transceive is FSCTL_PIPE_TRANSCEIVE (MS-SMB2 §2.2.31, MS-FSCC §2.3.55).
func (s *Speech) transceive(ask, answer []byte) {
	id := s.smb.id()
	if answer != nil {
		answer = join(le16(49), le16(0), le32(0x0011c017), id, le32(112), le32(0), le32(112), le32(uint32(len(answer))), le32(0), le32(0), answer)
	}
	s.smb2(11, 0, join(le16(57), le16(0), le32(0x0011c017), id, le32(120), le32(uint32(len(ask))), le32(0), le32(0), le32(0), le32(4280), le32(1), le32(0), ask), answer)
}

// ipc is the share of pipes of a share's server.
func ipc(share string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(share, `\\`), `\`)
	return `\\` + name + `\IPC$`
}

// guid is the wire form of a UUID: the first three fields are little-endian (C706 appendix A).
func guid(s string) []byte {
	h := strings.ReplaceAll(strings.Trim(s, "{}"), "-", "")
	b := make([]byte, 16)
	for i := range b {
		if 2*i+2 > len(h) {
			return b
		}
		v, err := strconv.ParseUint(h[2*i:2*i+2], 16, 8)
		if err != nil {
			return b
		}
		b[i] = byte(v)
	}
	for _, p := range [][2]int{{0, 3}, {1, 2}, {4, 5}, {6, 7}} {
		b[p[0]], b[p[1]] = b[p[1]], b[p[0]]
	}
	return b
}
