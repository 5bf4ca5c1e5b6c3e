package krb5

import (
	"errors"
	"hash/fnv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// Kind is the application tag of a message (RFC 4120 §5.10).
type Kind byte

// Messages that are read.
const (
	ASReq  Kind = 10
	ASRep  Kind = 11
	TGSReq Kind = 12
	TGSRep Kind = 13
	APReq  Kind = 14
	Error  Kind = 30
)

var kindNames = map[Kind]string{ASReq: "AS-REQ", ASRep: "AS-REP", TGSReq: "TGS-REQ", TGSRep: "TGS-REP", APReq: "AP-REQ", Error: "KRB-ERROR"}

// Message is what a Kerberos message tells in the clear.
type Message struct {
	Kind        Kind
	User        string   // cname, or crealm's client in an error
	Realm       string   // realm of the request, of the client in a reply
	Service     string   // sname asked for, or of the ticket
	ETypes      []int32  // AS-REQ, TGS-REQ: offered by the client, in order
	TicketEType int32    // of the ticket in a reply or AP-REQ
	ReplyEType  int32    // of a reply's encrypted part: the client's key in an AS-REP
	PAData      []int32  // types of pre-authentication data
	Options     uint32   // KDCOptions or APOptions
	Code        int      // error code (RFC 4120 §7.5.9)
	Text        string   // e-text of an error
	Client      []string // the parts of User as sent
	Server      []string // the parts of Service as sent
	Addresses   []string
	Till, Renew time.Time     // of a request: end of the ticket, and until when it may be renewed
	Shown       *event.Ticket // TGS-REQ: the ticket in its PA-TGS-REQ
	Given       *event.Ticket // AS-REP, TGS-REP
}

// ErrMessage says that bytes are no Kerberos message that is read here.
var ErrMessage = errors.New("krb5: malformed message")

const (
	maxName      = 256 // bytes of one name
	maxAddresses = 8
	addrNetBIOS  = 20 // RFC 4120 §7.5.3
)

// Parse reads one message. Members that are broken are left empty.
func Parse(b []byte) (m Message, err error) {
	e, _, ok := next(b)
	if !ok || e.tag&0xe0 != 0x60 {
		return m, ErrMessage
	}
	m.Kind = Kind(e.tag & 0x1f)
	f := members(inner(e.body, tagSequence))
	switch m.Kind {
	case ASReq, TGSReq:
		m.request(f)
	case ASRep, TGSRep:
		m.reply(f)
		m.Given = ticketOf(f[5])
	case APReq:
		m.Options = bits(f[2])
		m.ticket(f[3])
	case Error:
		m.Code, m.Text = int(integer(f[6])), text(inner(f[11], 0))
		m.Realm, m.User, m.Service = text(inner(f[9], 0)), principal(f[8]), principal(f[10])
		m.Client, m.Server = parts(f[8]), parts(f[10])
		if r := text(inner(f[7], 0)); r != "" {
			m.Realm = r
		}
	default:
		return m, ErrMessage
	}
	return m, nil
}

// request reads a KDC-REQ (RFC 4120 §5.4.1).
func (m *Message) request(f fields) {
	m.padata(f[3])
	body := members(inner(f[4], tagSequence))
	m.Options = bits(body[0])
	m.Client, m.Server = parts(body[1]), parts(body[3])
	m.User, m.Realm, m.Service = principal(body[1]), text(inner(body[2], 0)), principal(body[3])
	m.Till, m.Renew = moment(body[5]), moment(body[6])
	each(body[8], func(e element) {
		if e.tag == tagInteger && len(m.ETypes) < 32 {
			m.ETypes = append(m.ETypes, integerBody(e.body))
		}
	})
	each(body[9], func(e element) {
		a := members(e.body)
		if integer(a[0]) == addrNetBIOS && len(m.Addresses) < maxAddresses {
			m.Addresses = append(m.Addresses, strings.TrimRight(text(inner(a[1], 0)), " "))
		}
	})
}

// reply reads a KDC-REP (RFC 4120 §5.4.2).
func (m *Message) reply(f fields) {
	m.padata(f[2])
	m.ticket(f[5])
	m.Realm, m.User, m.Client = text(inner(f[3], 0)), principal(f[4]), parts(f[4])
	m.ReplyEType = integer(members(inner(f[6], tagSequence))[0])
}

// ticket reads a Ticket's clear part (RFC 4120 §5.3).
func (m *Message) ticket(b []byte) {
	e, _, ok := next(b)
	if !ok || e.tag != 0x61 {
		return
	}
	t := members(inner(e.body, tagSequence))
	m.Realm, m.Service, m.Server = text(inner(t[1], 0)), principal(t[2]), parts(t[2])
	m.TicketEType = integer(members(inner(t[3], tagSequence))[0])
}

func (m *Message) padata(b []byte) {
	each(b, func(e element) {
		pa := members(e.body)
		if pa[1] != nil && len(m.PAData) < 32 {
			m.PAData = append(m.PAData, integer(pa[1]))
		}
		if m.Kind == TGSReq && integer(pa[1]) == paTGSReq {
			m.Shown = shownIn(inner(pa[2], tagOctetString))
		}
	})
}

// paTGSReq is the pre-authentication data that holds the AP-REQ of a TGS-REQ (RFC 4120 §7.5.2).
const paTGSReq = 1

// shownIn is the ticket of an AP-REQ; nil where there is none.
func shownIn(b []byte) *event.Ticket {
	e, _, ok := next(b)
	if !ok || e.tag != 0x60|byte(APReq) {
		return nil
	}
	return ticketOf(members(inner(e.body, tagSequence))[3])
}

// printed is how many bytes of the encrypted part tell tickets apart: it begins with random ones (RFC 3961 §5.3).
const printed = 64

// ticketOf is what can be told of a ticket.
func ticketOf(b []byte) *event.Ticket {
	e, _, ok := next(b)
	if !ok || e.tag != 0x61 {
		return nil
	}
	t := members(inner(e.body, tagSequence))
	sealed := members(inner(t[3], tagSequence))
	cipher := inner(sealed[2], tagOctetString)
	if len(cipher) == 0 {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write(cipher[:min(len(cipher), printed)])
	return &event.Ticket{Realm: text(inner(t[1], 0)), Service: principal(t[2]), EType: integer(sealed[0]), KVNO: uint32(integer(sealed[1])), Print: h.Sum64()}
}

// PreAuth reports that the client proved its key in a request: PA-ENC-TIMESTAMP (2), PA-PK-AS-REQ (16),
// PA-ENCRYPTED-CHALLENGE (138); RFC 4120 §7.5.2, RFC 4556, RFC 6113.
func (m *Message) PreAuth() bool {
	for _, t := range m.PAData {
		if t == 2 || t == 16 || t == 138 {
			return true
		}
	}
	return false
}

// principal joins the components of a PrincipalName (RFC 4120 §5.2.2) by "/".
func principal(b []byte) string {
	p := parts(b)
	for i, s := range p {
		p[i] = utf16le.Printable(s)
	}
	return strings.Join(p, "/")
}

// parts are the components of a PrincipalName as sent.
func parts(b []byte) (out []string) {
	each(members(inner(b, tagSequence))[1], func(e element) {
		if len(out) < 8 {
			out = append(out, string(e.body[:min(len(e.body), maxName)]))
		}
	})
	return out
}

// moment reads a KerberosTime (RFC 4120 §5.2.3); zero when it is absent, or stands for "as long as possible".
func moment(b []byte) time.Time {
	t, err := time.Parse("20060102150405Z", string(inner(b, 0x18)))
	if err != nil || t.Year() < 1980 {
		return time.Time{}
	}
	return t
}

// text is a KerberosString; Windows puts UTF-8 into it (MS-KILE §2.2).
func text(b []byte) string { return utf16le.Printable(string(b[:min(len(b), maxName)])) }
