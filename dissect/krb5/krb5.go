// Package krb5 reads Kerberos V5 (RFC 4120): who asks for which ticket, with which encryption, and what the KDC answers.
package krb5

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is the exchange with a KDC over TCP and UDP.
var Protocol = dissect.Protocol{
	Name:      "krb5",
	Spec:      "RFC 4120, RFC 4556, RFC 6113, MS-KILE",
	TCP:       []uint16{88},
	UDP:       []uint16{88},
	Anywhere:  true,
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &stream{exchange: exchange{f: f}} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &datagrams{exchange{f: f}} },
}

// maxMessage bounds one message; a request with large authorisation data has some ten kilobytes.
const maxMessage = 64 << 10

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if !udp {
		if len(b) < 5 {
			return dissect.Maybe
		}
		if n := binary.BigEndian.Uint32(b); n < 16 || n > maxMessage { // RFC 4120 §7.2.2
			return dissect.No
		}
		b = b[4:]
	}
	return looksLike(b)
}

// looksLike checks the application tag, the lengths and that a SEQUENCE with a first member [0] or [1] follows.
func looksLike(b []byte) dissect.Match {
	if len(b) > 0 && (kindNames[Kind(b[0]&0x1f)] == "" || b[0]&0xe0 != 0x60) {
		return dissect.No
	}
	for _, want := range []func(tag byte) bool{
		func(t byte) bool { return t == tagSequence },
		func(t byte) bool { return t == 0xa0 || t == 0xa1 },
	} {
		n := 2
		if len(b) > 1 && b[1] > 0x80 && b[1] <= 0x84 {
			n += int(b[1] & 0x7f)
		}
		if len(b) <= n {
			return dissect.Maybe
		}
		if b = b[n:]; !want(b[0]) {
			return dissect.No
		}
	}
	return dissect.Yes
}

// exchange turns the messages of one flow into events.
type exchange struct {
	f     *dissect.Flow
	asked *Message // the last request, which the answer does not repeat in full
}

func (x *exchange) message(d dissect.Dir, b []byte) error {
	m, err := Parse(b)
	if err != nil {
		x.malformed(d)
		return err
	}
	e := &event.Authentication{
		Header: x.f.Head(), Conn: x.f.Conn, Protocol: "kerberos", Message: kindNames[m.Kind],
		User: m.User, Domain: m.Realm, Service: m.Service, TicketEType: m.TicketEType, Error: m.Code, Given: m.Given,
		Success: m.Kind == ASRep || m.Kind == TGSRep,
	}
	switch m.Kind {
	case ASReq, TGSReq:
		x.asked = &m
		describe(e, &m)
	case ASRep, TGSRep, Error:
		e.Answered = true
		if x.asked != nil {
			complete(e, x.asked)
		}
	}
	x.show(d, &m, e)
	x.f.Emit(e)
	return nil
}

// describe adds what only a request tells.
func describe(e *event.Authentication, asked *Message) {
	e.ETypes, e.PreAuth, e.Options, e.Addresses = asked.ETypes, asked.PreAuth(), asked.Options, asked.Addresses
	e.Till, e.Renew, e.Shown = asked.Till, asked.Renew, asked.Shown
	if len(asked.Addresses) > 0 {
		e.Workstation = asked.Addresses[0]
	}
}

// complete adds to an answer what its request told.
func complete(e *event.Authentication, asked *Message) {
	describe(e, asked)
	if e.User == "" {
		e.User = asked.User
	}
	if e.Service == "" {
		e.Service = asked.Service
	}
	if e.Domain == "" {
		e.Domain = asked.Realm
	}
}

// FindAPReq looks for the ticket that a client shows to a service in a security token (RFC 4121 §4.1 within SPNEGO). Some clients,
// those of impacket among them, leave out the frame around it.
func FindAPReq(token []byte) (Message, bool) {
	mech := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01, 0x00} // OID 1.2.840.113554.1.2.2, KRB_AP_REQ
	i := bytes.Index(token[:min(len(token), maxSearch)], mech)
	if i < 0 {
		return bareAPReq(token)
	}
	m, err := Parse(token[i+len(mech):])
	return m, err == nil && m.Kind == APReq
}

const maxSearch = 1024 // bytes of a token

// bareAPReq finds an AP-REQ by its first two members, version and type (RFC 4120 §5.5.1), and reads it from its tag.
func bareAPReq(token []byte) (Message, bool) {
	i := bytes.Index(token[:min(len(token), maxSearch)], []byte{0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, byte(APReq)})
	for at := i - 4; at >= 0 && at >= i-maxHeads; at-- { // two tags, each with a length of 1 to 5 bytes
		if token[at] == 0x60|byte(APReq) {
			m, err := Parse(token[at:])
			return m, err == nil && m.Kind == APReq && m.Service != ""
		}
	}
	return Message{}, false
}

const maxHeads = 12
