package forge

import (
	"github.com/yagura-project/yagura/event"
)

// authentication is one message of Kerberos to or from a KDC (RFC 4120 §7.2.2), or what a logon says within SMB.
func (s *Speech) authentication(e *event.Authentication) bool {
	if e.Dst.Port != 88 {
		return s.logon(e)
	}
	var b []byte
	from := client
	switch e.Message {
	case "AS-REQ", "TGS-REQ":
		b = kdcRequest(e)
	case "AS-REP":
		from, b = server, kdcReply(11, 0x6b, e)
	case "TGS-REP":
		from, b = server, kdcReply(13, 0x6d, e)
	case "KRB-ERROR":
		from = server
		b = der(0x7e, der(0x30, ctx(0, integer(5)), ctx(1, integer(30)), ctx(4, moment(e.Time)), ctx(5, integer(0)), ctx(6, integer(e.Error)), ctx(9, text(e.Domain)), ctx(10, principal(2, e.Service))))
	default:
		return false
	}
	if from == server && !s.asked[e.Message] { // an answer repeats what only its request tells
		s.unheard(e)
	}
	if from == client {
		s.asked[map[string]string{"AS-REQ": "AS-REP", "TGS-REQ": "TGS-REP"}[e.Message]] = true
		s.asked["KRB-ERROR"] = true
	} else {
		clear(s.asked)
	}
	s.kdc(from, e.Proto, b)
	return true
}

// unheard writes the request of an answer that comes without.
func (s *Speech) unheard(e *event.Authentication) {
	q := *e
	q.Message = "AS-REQ"
	if e.Message == "TGS-REP" {
		q.Message = "TGS-REQ"
	}
	s.kdc(client, e.Proto, kdcRequest(&q))
}

func (s *Speech) kdc(from int, p event.Proto, b []byte) {
	if p != event.ProtoUDP {
		b = counted(4, b)
	}
	s.say(from, b)
}

func sealed(etype int32, n int) []byte {
	return der(0x30, ctx(0, integer(int(etype))), ctx(2, octets(noise(uint64(n), uint64(n)))))
}

// ticket is a Ticket whose encrypted part is made from its print: the same bytes when it is given and when it is shown.
func ticket(realm string, t event.Ticket) []byte {
	if t.EType == 0 {
		t.EType = 18
	}
	cipher := ctx(2, octets(noise(800, t.Print)))
	part := der(0x30, ctx(0, integer(int(t.EType))), ctx(1, integer(int(t.KVNO))), cipher)
	if t.KVNO == 0 {
		part = der(0x30, ctx(0, integer(int(t.EType))), cipher)
	}
	return der(0x61, der(0x30, ctx(0, integer(5)), ctx(1, text(realm)), ctx(2, principal(2, t.Service)), ctx(3, part)))
}

// given is the ticket of an answer.
func given(e *event.Authentication) event.Ticket {
	t := event.Ticket{Service: e.Service, EType: e.TicketEType}
	if e.Given != nil {
		t = *e.Given
		t.Service = e.Service
	}
	return t
}

// realmOf is where a ticket comes from: its own word, else the domain of the conversation.
func realmOf(t *event.Ticket, e *event.Authentication) string {
	if t != nil && t.Realm != "" {
		return t.Realm
	}
	return e.Domain
}

// kdcRequest is a KDC-REQ (RFC 4120 §5.4.1).
func kdcRequest(e *event.Authentication) []byte {
	var offers [][]byte
	for _, t := range e.ETypes {
		offers = append(offers, integer(int(t)))
	}
	tag, kind, pa := byte(0x6a), 10, []byte{}
	if e.Message == "TGS-REQ" {
		tag, kind = 0x6c, 12
		tgt := event.Ticket{Service: "krbtgt/" + e.Domain, EType: 18, KVNO: 2}
		if e.Shown != nil {
			tgt = *e.Shown
		}
		ap := apRequest(realmOf(e.Shown, e), tgt)
		pa = ctx(3, der(0x30, der(0x30, ctx(1, integer(1)), ctx(2, octets(ap)))))
	} else if e.PreAuth {
		pa = ctx(3, der(0x30, der(0x30, ctx(1, integer(2)), ctx(2, octets(sealed(18, 60))))))
	}
	options := e.Options
	if options == 0 {
		options = 0x40810010
	}
	body := [][]byte{ctx(0, der(3, join([]byte{0}, be32(options))))}
	if e.User != "" && kind == 10 {
		body = append(body, ctx(1, principal(1, e.User)))
	}
	body = append(body, ctx(2, text(e.Domain)), ctx(3, principal(2, e.Service)))
	if !e.Till.IsZero() {
		body = append(body, ctx(5, moment(e.Till)))
	}
	if !e.Renew.IsZero() {
		body = append(body, ctx(6, moment(e.Renew)))
	}
	body = append(body, ctx(7, integer(int(e.Time.Unix()&0x7fffffff))), ctx(8, der(0x30, offers...)))
	if len(e.Addresses) > 0 {
		var hosts [][]byte
		for _, a := range e.Addresses {
			hosts = append(hosts, der(0x30, ctx(0, integer(20)), ctx(1, octets([]byte(a)))))
		}
		body = append(body, ctx(9, der(0x30, hosts...)))
	}
	return der(tag, der(0x30, ctx(1, integer(5)), ctx(2, integer(kind)), pa, ctx(4, der(0x30, body...))))
}

// apRequest is an AP-REQ (RFC 4120 §5.5.1): the ticket, shown.
func apRequest(realm string, t event.Ticket) []byte {
	return der(0x6e, der(0x30, ctx(0, integer(5)), ctx(1, integer(14)), ctx(2, der(3, []byte{0, 0, 0, 0, 0})), ctx(3, ticket(realm, t)), ctx(4, sealed(18, 200))))
}

// kdcReply is a KDC-REP (RFC 4120 §5.4.2).
func kdcReply(kind int, tag byte, e *event.Authentication) []byte {
	return der(tag, der(0x30, ctx(0, integer(5)), ctx(1, integer(kind)), ctx(3, text(e.Domain)), ctx(4, principal(1, e.User)), ctx(5, ticket(realmOf(e.Given, e), given(e))), ctx(6, sealed(18, 300))))
}
