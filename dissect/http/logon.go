package http

import (
	"encoding/base64"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/krb5"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/event"
)

const maxToken = 16 << 10 // of a log-on's field; tickets have some kilobytes

// token keeps the field that carries a log-on by NTLM or Negotiate (RFC 4559): of a request, or of the answer that asks for more.
func (h *head) token(name, value []byte) {
	switch len(name) {
	case 13, 16, 18, 19:
	default:
		return
	}
	if !is(name, "authorization") && !is(name, "proxy-authorization") && !is(name, "www-authenticate") && !is(name, "proxy-authenticate") {
		return
	}
	scheme, token, _ := strings.Cut(string(value[:min(len(value), maxToken)]), " ")
	h.named(name, scheme, token)
	// A server names each way that it knows in a field of its own, or several in one with commas between them; one has the token.
	if token, _, _ = strings.Cut(token, ","); !strings.EqualFold(scheme, "NTLM") && !strings.EqualFold(scheme, "Negotiate") && !strings.EqualFold(scheme, "Kerberos") {
		return
	}
	if token = strings.TrimSpace(token); token != "" {
		h.logon = token
	}
}

// logon reads the token of a message.
func (p *parser) logon(dir dissect.Dir, s *side) {
	b, err := base64.StdEncoding.DecodeString(s.head.logon)
	if err != nil || len(b) == 0 {
		return
	}
	if m, ok := ntlm.Find(b); ok {
		switch {
		case m.Type == ntlm.Challenge && dir == dissect.Resp:
			p.server = m.Name()
		case m.Type == ntlm.Authenticate && dir == dissect.Orig:
			s.x.logon = &event.Authentication{Protocol: "ntlm", Message: "NTLM-AUTH", User: m.User, Domain: m.Domain, Workstation: m.Workstation, Server: p.server}
		}
	} else if k, ok := krb5.FindAPReq(b); ok && dir == dissect.Orig {
		s.x.logon = &event.Authentication{Protocol: "kerberos", Message: "AP-REQ", Domain: k.Realm, Service: k.Service, TicketEType: k.TicketEType}
	}
}

// judged tells of a log-on with the answer's verdict.
func (p *parser) judged(x *exchange) {
	if x.logon == nil {
		return
	}
	a := x.logon
	a.Header, a.Conn, a.Answered = p.f.Head(), p.f.Conn, x.a.Status != 0
	a.Success = a.Answered && !x.refused()
	if p.user = ""; a.Success && a.Protocol != "http" { // the connection is this user's from now on (RFC 4559 §6)
		p.user = a.User
	}
	if !p.again(a) {
		p.f.Emit(a)
	}
}

// remote tells of a call of WinRM (MS-WSMV): which action on which resource, where it is not encrypted.
func (p *parser) remote(x *exchange) {
	if !x.manages() {
		return
	}
	soap := x.soap()
	e := &event.AppActivity{Header: x.a.Header, Conn: x.a.Conn, Protocol: "winrm", Operation: "call"}
	if action := element(soap, "Action"); action != "" {
		e.Operation = action[strings.LastIndexByte(action, '/')+1:]
		e.Add("action", action)
	}
	e.Add("resource", element(soap, "ResourceURI"))
	e.Add("program", program(soap))
	if strings.HasPrefix(strings.ToLower(x.a.RequestType), "multipart/encrypted") {
		e.Add("encrypted", "true")
	}
	e.Add("user_agent", x.a.UserAgent)
	if x.logon != nil {
		e.Add("user", x.logon.User)
	} else {
		e.Add("user", p.user)
	}
	p.f.Emit(e)
}

// element finds the text of an XML element whatever its prefix, as SOAP's headers are written.
func element(xml, name string) string {
	for rest := xml; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return ""
		}
		begins := i > 0 && (rest[i-1] == ':' || rest[i-1] == '<')
		rest = rest[i+len(name):]
		if !begins || rest == "" || rest[0] != '>' && rest[0] != ' ' {
			continue
		}
		_, text, _ := strings.Cut(rest, ">")
		text, _, ok := strings.Cut(text, "<")
		if !ok {
			return ""
		}
		return strings.TrimSpace(text)
	}
}
