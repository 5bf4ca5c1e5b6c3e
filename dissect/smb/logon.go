package smb

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect/krb5"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/event"
)

// token looks for a logon in the security token of a SESSION_SETUP (MS-SMB2 §2.2.5).
func (c *conn) token(q *request, b []byte) {
	if m, ok := ntlm.Find(b); ok && m.Type == ntlm.Authenticate {
		q.greets(m)
		q.session = &session{user: account(m.Domain, m.User), logon: &event.Authentication{
			Protocol: "ntlm", Message: "NTLM-AUTH", User: m.User, Domain: m.Domain, Workstation: m.Workstation, Server: c.server,
		}}
		return
	}
	if k, ok := krb5.FindAPReq(b); ok {
		q.presents(k)
		q.session = &session{logon: &event.Authentication{
			Protocol: "kerberos", Message: "AP-REQ", Domain: k.Realm, Service: k.Service, TicketEType: k.TicketEType,
		}}
	}
}

// challenged learns from an NTLM challenge how the server calls itself.
func (c *conn) challenged(token []byte) {
	if m, ok := ntlm.Find(token); ok && m.Type == ntlm.Challenge {
		c.server = m.Name()
	}
}

func account(domain, user string) string {
	if domain == "" || user == "" {
		return user
	}
	return domain + `\` + user
}

// loggedOn makes the session of a granted logon the one of its id.
func (c *conn) loggedOn(m *header, q *request) *session {
	s := c.keepSession(m.session)
	if q.session.logon != nil {
		s.user, s.logon = q.session.user, q.session.logon
	}
	c.logon(s, true, true)
	return s
}

// keepLogon holds a ticket whose mutual authentication takes another turn.
func (c *conn) keepLogon(m *header, q *request) {
	if q.session.logon != nil {
		c.keepSession(m.session).logon = q.session.logon
	}
}

func (c *conn) refused(q *request) { c.logon(q.session, true, false) }

// logon emits an open logon with its outcome.
func (c *conn) logon(s *session, answered, success bool) {
	if s.logon == nil {
		return
	}
	a := s.logon
	s.logon = nil
	a.Header, a.Conn, a.Answered, a.Success = c.f.Head(), c.conversation(), answered, success
	c.f.Emit(a)
}

// event begins an event of this connection.
func (c *conn) event(command string) *event.SMBActivity {
	return &event.SMBActivity{Header: c.f.Head(), Conn: c.conversation(), Command: command, Dialect: c.dialect}
}

// conversation has the client as Src, which only the messages tell where the beginning was missed.
func (c *conn) conversation() event.Conn {
	v := c.f.Conn
	if c.reversed && c.f.Midstream {
		v.Src, v.Dst = v.Dst, v.Src
	}
	return v
}

// opaque sums up what is encrypted (SMB 3 TRANSFORM_HEADER).
type opaque struct {
	messages int
	bytes    uint64
	user     string
}

// encrypted counts a message of size bytes; the first one is reported at once.
func (c *conn) encrypted(b []byte, size int) {
	o := &c.opaque
	o.bytes += uint64(size)
	c.f.AddOpaque(size)
	if o.messages++; o.messages > 1 {
		return
	}
	if len(b) >= transformHead {
		if s := c.sessions[binary.LittleEndian.Uint64(b[44:])]; s != nil {
			o.user = s.user
		}
	}
	c.emitOpaque(uint64(size))
}

// closeOpaque reports the sum at the end.
func (c *conn) closeOpaque() {
	if c.opaque.messages > 1 {
		c.emitOpaque(c.opaque.bytes)
	}
}

func (c *conn) emitOpaque(bytes uint64) {
	e := c.event("")
	e.Encrypted, e.User, e.Bytes = true, c.opaque.user, bytes
	c.f.Emit(e)
}
