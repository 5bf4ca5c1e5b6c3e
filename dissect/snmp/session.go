package snmp

import (
	"bytes"
	"encoding/asn1"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

var operations = [...]string{"get_request", "get_next_request", "response", "set_request", "trap_v1", "get_bulk_request", "inform_request", "trap_v2", "report"}

// enterprise is the generic-trap that leaves it to specific-trap (RFC 1157 §4.1.6).
const enterprise = 6

// maxTold bounds the operations that are told of one flow.
const maxTold = 64

type parser struct {
	f    *dissect.Flow
	told map[deed]bool

	version int // of the first message
	asked   asked
}

// deed is what makes an operation another one. Polls repeat for ever, and are told once; changes and traps, each that is another.
type deed struct {
	pdu, status, trap, specific int
	user, oid, changed          string
}

// Bounds of what of a message makes it another one: of a user (RFC 3414 §5, usmUserName), and of an OBJECT IDENTIFIER.
const (
	maxUser = 32
	maxOID  = 127
)

func deedOf(m *message) deed {
	d := deed{pdu: m.pdu, status: m.status, trap: m.trap, specific: m.specific,
		user: string(m.user[:min(len(m.user), maxUser)]), oid: string(m.oid[:min(len(m.oid), maxOID)])}
	if changes(m.pdu) {
		d.changed = m.names()
	}
	return d
}

// Datagram reads one message.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	m, ok := read(b)
	t := p.f.Tx("")
	if !ok {
		t.Event(dir, "snmp.malformed_data")
		p.f.EndTx(t)
		return errMessage
	}
	p.show(t, dir, &m)
	p.tell(dir, &m)
	return nil
}

// tell tells of an operation that is new in this flow.
func (p *parser) tell(dir dissect.Dir, m *message) {
	d := deedOf(m)
	if p.told[d] || len(p.told) >= maxTold {
		return
	}
	if p.told == nil {
		p.told = map[deed]bool{}
	}
	p.told[d] = true
	p.f.Emit(p.about(dir, m))
}

// about is what events and alerts tell of a message.
func (p *parser) about(dir dissect.Dir, m *message) *event.AppActivity {
	e := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "snmp", Operation: "encrypted", Back: dir == dissect.Resp}
	if m.pdu >= 0 {
		e.Operation = operations[m.pdu]
	}
	e.Add("version", strconv.Itoa(m.version))
	e.Add("user", strings.ToValidUTF8(string(m.user), "?"))
	if c := string(m.community); c == "public" || c == "private" { // only what everybody knows; others open doors
		e.Add("community", c)
	}
	if m.trap >= 0 {
		e.Add("trap_type", strconv.Itoa(m.trap))
		if m.trap == enterprise {
			e.Add("trap_specific", strconv.Itoa(m.specific))
		}
		if a, ok := netip.AddrFromSlice(m.agent); ok {
			e.Add("trap_address", a.String())
		}
	}
	e.Add("trap_oid", dotted(m.oid))
	e.Add("error", m.failure())
	e.Add("variables", m.names())
	return e
}

func (p *parser) show(t *wire.Tx, dir dissect.Dir, m *message) {
	if t == nil {
		return
	}
	p.asked = asked{p, dir, *m}
	t.Ask = &p.asked
	t.PutNumber(wire.SNMPVersion, dir, uint64(m.version))
	if p.version == 0 {
		p.version = m.version
	}
	if p.version != m.version {
		t.Event(dir, "snmp.version_mismatch")
	}
	if m.version == 3 && m.security != userModel {
		t.Event(dir, "snmp.unknown_security_model")
	}
	if m.version < 3 {
		t.Put(wire.SNMPCommunity, dir, bytes.Clone(m.community))
	} else if m.user != nil {
		t.Put(wire.SNMPUSM, dir, bytes.Clone(m.user))
	}
	if m.pdu >= 0 {
		t.PutNumber(wire.SNMPPDUType, dir, uint64(m.pdu))
	}
	if m.trap >= 0 {
		t.PutNumber(wire.SNMPTrapType, dir, uint64(m.trap))
		t.PutString(wire.SNMPTrapOID, dir, dotted(m.oid))
		if a, ok := netip.AddrFromSlice(m.agent); ok {
			t.PutString(wire.SNMPTrapAddress, dir, a.String())
		}
	}
	p.f.EndTx(t)
}

// dotted writes the content of an OBJECT IDENTIFIER.
func dotted(content []byte) string {
	var oid asn1.ObjectIdentifier
	if len(content) > maxOID {
		return ""
	}
	if _, err := asn1.Unmarshal(append([]byte{6, byte(len(content))}, content...), &oid); err != nil {
		return ""
	}
	return oid.String()
}

// Close has nothing open to emit.
func (p *parser) Close() {}
