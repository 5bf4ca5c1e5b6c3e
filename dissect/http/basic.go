package http

import (
	"encoding/base64"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// named keeps who logs on by a request's field, where that says so openly: Basic (RFC 7617 §2) and Digest (RFC 7616 §3.4). A password is not kept.
func (h *head) named(name []byte, scheme, rest string) {
	if h.proxy = len(name) == len("proxy-authorization"); !h.proxy && len(name) != len("authorization") {
		return // a server's
	}
	switch {
	case strings.EqualFold(scheme, "Basic"):
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest))
		user, _, ok := strings.Cut(string(b), ":")
		if err == nil && ok {
			h.user = utf16le.OEM([]byte(user), event.MaxAttrValue)
		}
	case strings.EqualFold(scheme, "Digest") && !strings.Contains(strings.ToLower(rest), "userhash=true"):
		if _, v, ok := strings.Cut(rest, `username="`); ok {
			user, _, _ := strings.Cut(v, `"`)
			h.user = utf16le.OEM([]byte(user), event.MaxAttrValue)
		}
	}
}

// openly is the log-on of a request that says openly who it is from.
func (p *parser) openly(dir dissect.Dir, s *side) {
	if dir == dissect.Orig {
		s.x.proxy = s.head.proxy
		s.x.logon = &event.Authentication{Protocol: "http", Message: "LOGIN", User: s.head.user}
	}
}

// refused reports whether an answer says no to its request's log-on: another one than the proxy's may stand behind it.
func (x *exchange) refused() bool {
	if x.logon.Protocol != "http" {
		return x.a.Status == 401 || x.a.Status == 407
	}
	return x.proxy && x.a.Status == 407 || !x.proxy && x.a.Status == 401
}

// again reports whether a log-on says nothing new: such a field comes with every request, and what went well once is told once of a connection.
func (p *parser) again(a *event.Authentication) bool {
	if a.Protocol != "http" || !a.Success {
		return false
	}
	was := p.told
	p.told = a.User
	return was == a.User
}
