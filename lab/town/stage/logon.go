package stage

import (
	"hash/fnv"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Modern is what Windows of today offers as encryption types (RFC 3962, 8009, 4757).
var Modern = []int32{18, 17, 23, 24, -135}

// krb is one question to the KDC over TCP and its answer.
func (c *Scene) krb(q, r event.Authentication) {
	dc := c.DC(c.Me)
	if dc == nil {
		return
	}
	c.KDC(dc, q, r)
}

// KDC asks a domain controller; q and r lack only what the conversation tells.
func (c *Scene) KDC(dc *Machine, q, r event.Authentication) {
	k := c.Reach(dc, 88, event.ProtoTCP)
	for _, a := range []*event.Authentication{&q, &r} {
		a.Conn, a.Protocol, a.Domain = k, "kerberos", c.Domain
		if a.Till.IsZero() {
			a.Till = c.Now().Add(10 * time.Hour)
		}
	}
	r.Answered = true
	c.tickets(&q, &r)
	c.Talk(k, Flow{App: "krb5", Up: 1500, Down: 1700, Took: 12 * time.Millisecond})
	c.Emit(2*time.Millisecond, &q)
	c.Emit(8*time.Millisecond, &r)
}

// keyVersion is that of the town's keys.
const keyVersion = 2

// TGT is the ticket-granting ticket of a user on a machine: the same wherever it is shown.
func (c *Scene) TGT(m *Machine, user string) *event.Ticket {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.Name + " " + user))
	return &event.Ticket{Realm: c.Domain, Service: "krbtgt/" + c.Domain, EType: 18, KVNO: keyVersion, Print: h.Sum64()}
}

// tickets puts into a question which ticket is shown, and into its answer which one is given.
func (c *Scene) tickets(q, r *event.Authentication) {
	switch {
	case q.Message == "TGS-REQ":
		if q.Shown == nil {
			q.Shown = c.TGT(c.Me, r.User)
		}
		r.Shown = q.Shown
		if r.Success {
			r.Given = &event.Ticket{Realm: c.Domain, Service: r.Service, EType: r.TicketEType, KVNO: keyVersion, Print: q.Shown.Print ^ uint64(c.Now().UnixNano())}
		}
	case r.Success:
		r.Given = c.TGT(c.Me, r.User)
	}
}

// Logon asks for a ticket-granting ticket for a user or, with "$", a machine.
func (c *Scene) Logon(user string) {
	tgt := "krbtgt/" + c.Domain
	c.krb(event.Authentication{Message: "AS-REQ", User: user, Service: tgt, ETypes: Modern}, event.Authentication{Message: "KRB-ERROR", User: user, Service: tgt, Error: 25, ETypes: Modern})
	c.krb(event.Authentication{Message: "AS-REQ", User: user, Service: tgt, ETypes: Modern, PreAuth: true},
		event.Authentication{Message: "AS-REP", User: user, Service: tgt, ETypes: Modern, PreAuth: true, Success: true, TicketEType: 18})
}

// Mistype is a logon with a wrong password.
func (c *Scene) Mistype(user string) {
	tgt := "krbtgt/" + c.Domain
	c.krb(event.Authentication{Message: "AS-REQ", User: user, Service: tgt, ETypes: Modern, PreAuth: true}, event.Authentication{Message: "KRB-ERROR", User: user, Service: tgt, Error: 24, ETypes: Modern, PreAuth: true})
}

// Ticket asks for a ticket to a service.
func (c *Scene) Ticket(user, service string, etype int32) {
	c.krb(event.Authentication{Message: "TGS-REQ", Service: service, ETypes: Modern},
		event.Authentication{Message: "TGS-REP", User: user, Service: service, ETypes: Modern, Success: true, TicketEType: etype})
}

// LDAP asks the domain controller for something.
func (c *Scene) LDAP(filter string, entries int, attributes ...string) {
	dc := c.DC(c.Me)
	if dc == nil {
		return
	}
	c.Directory(dc, filter, entries, attributes...)
}

// Directory is one search of a directory on its own connection.
func (c *Scene) Directory(dc *Machine, filter string, entries int, attributes ...string) {
	k := c.Reach(dc, 389, event.ProtoTCP)
	size := uint64(200 + 300*entries)
	c.Talk(k, Flow{App: "ldap", Up: 2200, Down: 800 + size, Took: 200 * time.Millisecond})
	c.Emit(20*time.Millisecond, &event.LDAPActivity{Conn: k, Activity: event.LDAPQuery, Operation: "search", MessageID: 4, DN: "DC=town,DC=example", Scope: "sub", Filter: filter, Attributes: attributes,
		Entries: entries, Bytes: size, Answered: true, Paged: entries > 100})
}
