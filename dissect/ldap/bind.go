package ldap

import (
	"github.com/yagura-project/yagura/dissect/krb5"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/event"
)

const (
	resultInProgress = 14               // saslBindInProgress, RFC 4511 appendix A
	negotiate        = "NTLM-NEGOTIATE" // the first leg tells nothing
)

// bind reads a BindRequest (RFC 4511 §4.2): by name and password, or by SASL, within which there may be NTLM or a ticket.
// The password is not looked at but for whether there is one.
func (t *talk) bind(q *request, m *message) {
	f := fields{m.body}
	f.next()
	name := text(f.next().Body)
	auth := f.next()
	q.logon = &event.Authentication{Protocol: "ldap", User: name}
	switch auth.Tag {
	case 0x80:
		q.logon.Message, q.plain = "SIMPLE", true
		if len(auth.Body) == 0 { // RFC 4513 §5.1.1, §5.1.2
			q.logon.Message = "ANONYMOUS"
		}
	case 0xa3:
		s := fields{auth.Body}
		q.logon.Message = "SASL " + text(s.next().Body)
		t.token(q, s.next().Body)
	default: // Sicily, MS-ADTS §5.1.1.1.3
		q.logon.Message = "SICILY"
		t.token(q, auth.Body)
	}
}

// token looks for a logon in the credentials of SASL.
func (t *talk) token(q *request, b []byte) {
	if n, ok := ntlm.Find(b); ok {
		q.logon.Protocol, q.logon.Message = "ntlm", negotiate
		if n.Type == ntlm.Authenticate {
			q.logon.Message, q.logon.User, q.logon.Domain = "NTLM-AUTH", n.User, n.Domain
			q.logon.Workstation, q.logon.Server = n.Workstation, t.server
		}
	} else if k, ok := krb5.FindAPReq(b); ok {
		q.logon.Protocol, q.logon.Message, q.logon.Domain = "kerberos", "AP-REQ", k.Realm
		q.logon.Service, q.logon.TicketEType = k.Service, k.TicketEType
	}
}

// bound ends a bind. A leg of SASL that only goes on is no logon yet.
func (t *talk) bound(q *request, r *result) {
	if n, ok := ntlm.Find(r.sasl); ok && n.Type == ntlm.Challenge {
		t.server = n.Name()
	}
	leg := r.code == resultInProgress // another one follows
	if q.logon.Message == negotiate || leg && q.logon.Protocol != "kerberos" {
		q.logon = nil
		return
	}
	q.logon.Answered, q.logon.Success = true, r.code == 0 || leg
	t.secured = t.secured || q.logon.Success && !q.plain
}
