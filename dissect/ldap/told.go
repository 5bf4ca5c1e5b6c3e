package ldap

import "github.com/yagura-project/yagura/event"

// Said is what an alert tells of a request, as far as its answers have come; nil for what has no event.
func (q *request) Said() event.Event {
	switch {
	case q.e != nil:
		e := *q.e
		return &e
	case q.logon != nil:
		return &event.LDAPActivity{Operation: "bind", MessageID: q.id, DN: q.logon.User, Name: q.logon.Message}
	}
	return nil
}
