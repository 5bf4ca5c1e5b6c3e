package tds

import (
	"encoding/binary"
	"fmt"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/krb5"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// stream is one connection, read until somebody is logged on.
type stream struct {
	f       *dissect.Flow
	joined  [2][]byte // packets of a message that goes on
	seen    bool
	logon   *event.Authentication
	login   *event.AppActivity
	version string  // of the server
	server  string  // as its NTLM challenge named it
	tls     wrapped // within PRELOGIN packets
}

// Data reads packets and puts messages together.
func (s *stream) Data(d dissect.Dir, b []byte) (n int, err error) {
	for {
		k := s.tls.pass(d, len(b)-n)
		s.f.AddOpaque(k)
		if n += k; n == len(b) {
			return n, nil
		}
		k, err = s.next(d, b[n:])
		if n += k; k == 0 || err != nil {
			return n, err
		}
	}
}

// next takes one packet, or the head of a record of TLS that stands as it is; 0 waits for more.
func (s *stream) next(d dissect.Dir, b []byte) (int, error) {
	if s.tls.begun && isRecord(b) {
		return s.record(d, b)
	}
	if len(b) < headLen {
		return 0, nil
	}
	size, mine := int(binary.BigEndian.Uint16(b[2:])), dissect.Yes
	if !s.seen {
		mine = probe(d, b, false, 1433)
	}
	switch {
	case size < headLen || mine == dissect.No:
		return 0, s.bad()
	case len(b) < size || mine == dissect.Maybe:
		return 0, nil
	}
	return size, s.packet(d, b[0], b[1]&endOfMessage != 0, b[headLen:size])
}

// packet takes one, of which m is what stands behind the header.
func (s *stream) packet(d dissect.Dir, kind byte, last bool, m []byte) error {
	if kind == typePrelogin && (s.tls.begun || isRecord(m)) {
		s.shake(d, m)
		return nil
	}
	if !last || len(s.joined[d]) > 0 {
		if len(s.joined[d])+len(m) > maxMessage {
			return s.bad()
		}
		s.joined[d] = append(s.joined[d], m...)
		m = s.joined[d]
	}
	if !last {
		return nil
	}
	s.joined[d] = nil
	s.seen = true
	return s.message(d, kind, m)
}

func (s *stream) bad() error {
	if !s.seen && !s.f.Midstream {
		return dissect.ErrNotMine
	}
	return errMessage
}

func (s *stream) activity(what string) *event.AppActivity {
	return &event.AppActivity{Header: s.f.Head(), Conn: s.f.Conn, Protocol: "tds", Operation: what}
}

func (s *stream) message(d dissect.Dir, kind byte, b []byte) error {
	switch {
	case kind == typeLogin && d == dissect.Orig:
		s.onLogin(b)
	case kind == typeSSPI && d == dissect.Orig:
		s.token(b)
	case kind == typeResponse && d == dissect.Resp && s.logon == nil:
		s.prelogin(b)
	case kind == typeResponse && d == dissect.Resp:
		return s.answer(b)
	case kind != typePrelogin && s.logon == nil:
		return dissect.ErrDone // the log-on was missed
	}
	return nil
}

// prelogin reads the server's version (MS-TDS §2.2.6.5).
func (s *stream) prelogin(b []byte) {
	for at := 0; at+5 <= len(b) && b[at] != 0xff; at += 5 {
		from, n := int(binary.BigEndian.Uint16(b[at+1:])), int(binary.BigEndian.Uint16(b[at+3:]))
		if b[at] == 0 && n >= 4 && from+4 <= len(b) {
			s.version = fmt.Sprintf("%d.%d.%d", b[from], b[from+1], binary.BigEndian.Uint16(b[from+2:]))
		}
	}
}

// Places of the texts in LOGIN7 (MS-TDS §2.2.6.4): offset and count of characters, but of the SSPI token bytes.
const (
	atHost     = 36
	atUser     = 40
	atPassword = 44
	atProgram  = 48
	atServer   = 52
	atLibrary  = 60
	atDatabase = 68
	atSSPI     = 78
	maxText    = 256
)

func field(b []byte, at, width int) []byte {
	if at+4 > len(b) {
		return nil
	}
	from, n := int(binary.LittleEndian.Uint16(b[at:])), int(binary.LittleEndian.Uint16(b[at+2:]))*width
	if from > len(b) || n > len(b)-from {
		return nil
	}
	return b[from : from+n]
}

func text(b []byte, at int) string { return utf16le.Text(field(b, at, 2), maxText) }

// onLogin reads LOGIN7. Of the password only its presence is told.
func (s *stream) onLogin(b []byte) {
	s.logon = &event.Authentication{Protocol: "tds", Message: "LOGIN7", User: text(b, atUser), Workstation: text(b, atHost), Service: text(b, atDatabase)}
	s.login = s.activity("login")
	for _, x := range []struct {
		name string
		at   int
	}{{"user", atUser}, {"host", atHost}, {"program", atProgram}, {"server", atServer}, {"library", atLibrary}, {"database", atDatabase}} {
		s.login.Add(x.name, text(b, x.at))
	}
	if len(field(b, atPassword, 2)) > 0 {
		s.login.Add("password", "in the clear")
	}
	if t := field(b, atSSPI, 1); len(t) > 0 {
		s.token(t)
	}
}

// token reads a log-on by NTLM or a ticket.
func (s *stream) token(b []byte) {
	if s.logon == nil {
		return
	}
	if m, ok := ntlm.Find(b); ok {
		s.logon.Protocol = "ntlm"
		if m.Type == ntlm.Authenticate {
			s.logon.Message, s.logon.User, s.logon.Domain, s.logon.Workstation, s.logon.Server = "NTLM-AUTH", m.User, m.Domain, m.Workstation, s.server
		}
	} else if k, ok := krb5.FindAPReq(b); ok {
		s.logon.Protocol, s.logon.Message, s.logon.Domain = "kerberos", "AP-REQ", k.Realm
		s.logon.Service, s.logon.TicketEType = k.Service, k.TicketEType
	}
}

// tell emits the log-on with its outcome. Whose it is cannot be told of one that TLS hides, unless the answer names him.
func (s *stream) tell(answered, success bool, failure uint32) {
	if s.logon == nil {
		return
	}
	s.logon.Header, s.logon.Conn, s.logon.Answered, s.logon.Success = s.f.Head(), s.f.Conn, answered, success
	if !s.tls.begun || s.logon.User != "" {
		s.f.Emit(s.logon)
	}
	s.login.Add("server_version", s.version)
	switch {
	case success:
		s.login.Add("result", "ok")
	case answered:
		s.login.Add("result", "failed")
	}
	if failure != 0 {
		s.login.Add("error", fmt.Sprint(failure))
	}
	s.f.Emit(s.login)
	s.logon, s.login = nil, nil
}

// Gap ends reading: a message with a hole tells nothing for sure.
func (s *stream) Gap(dissect.Dir, int) error { return dissect.ErrDone }

// Close tells of a log-on without an answer.
func (s *stream) Close() {
	s.tls.end()
	s.tell(false, false, 0)
}
