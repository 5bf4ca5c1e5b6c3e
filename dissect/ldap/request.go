package ldap

import (
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/event"
)

var scopes = []string{"base", "one", "sub", "children"}

const startTLSOID = "1.3.6.1.4.1.1466.20037" // RFC 4511 §4.14.1

// readRequest fills in what a request asks for, its filter in at most so many bytes.
func readRequest(q *request, m *message, most int) {
	e, f := q.e, fields{m.body}
	switch m.tag {
	case tagSearchRequest:
		e.Activity, e.DN = event.LDAPQuery, text(f.next().Body)
		if s := ber.Int(f.next().Body); s >= 0 && int(s) < len(scopes) {
			e.Scope = scopes[s]
		}
		e.Deref = uint8(ber.Int(f.next().Body))
		e.SizeLimit, e.TimeLimit = int32(ber.Int(f.next().Body)), int32(ber.Int(f.next().Body))
		e.TypesOnly = ber.Int(f.next().Body) != 0
		e.Filter = filter(f.next(), most)
	case tagDelRequest:
		e.Activity, e.DN = event.LDAPDelete, text(m.body)
	case tagModDNRequest:
		e.Activity, e.DN, e.NewName = event.LDAPUpdate, text(f.next().Body), text(f.next().Body)
	case tagExtendedRequest:
		e.Activity, e.Name = event.LDAPOther, text(f.next().Body)
		q.tls = e.Name == startTLSOID
	default:
		e.Activity = map[byte]int{tagModifyRequest: event.LDAPUpdate, tagAddRequest: event.LDAPCreate, tagCompareRequest: event.LDAPQuery}[m.tag]
		e.DN = text(f.next().Body)
	}
	for _, a := range asked(m) {
		if len(e.Attributes) < maxAttributes {
			e.Attributes = append(e.Attributes, text(a.name))
		}
	}
}

// asked are the attributes that a request is about.
func asked(m *message) (out []attribute) {
	f := fields{m.body}
	switch m.tag {
	case tagSearchRequest:
		for range 7 {
			f.next()
		}
		ber.Each(f.next().Body, maxAttributes, func(e ber.Element) bool {
			out = append(out, attribute{name: e.Body})
			return true
		})
	case tagModifyRequest:
		f.next()
		ber.Each(f.next().Body, maxAttributes, func(change ber.Element) bool {
			c := fields{change.Body}
			c.next()
			out = append(out, readAttribute(c.next().Body))
			return true
		})
	case tagAddRequest:
		f.next()
		out = readAttributes(f.next().Body)
	case tagCompareRequest:
		f.next()
		c := fields{f.next().Body}
		out = []attribute{{name: c.next().Body, values: [][]byte{c.next().Body}}}
	}
	return out
}
