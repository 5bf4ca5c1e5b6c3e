package ldap

import (
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Bounds of what is read of one message.
const (
	maxText       = 2048 // bytes of a name or message, and of a filter where many wait for their answers
	maxFilter     = 16 << 10
	maxFilters    = 512 << 10 // of all searches of a conversation that wait for their answers, beyond which filters are cut
	maxAttributes = 64        // that events and rules are told
	maxValues     = 32        // of one attribute
)

// message is one LDAPMessage.
type message struct {
	id       int32
	tag      byte
	body     []byte // contents of the operation
	controls []byte // contents of the controls
	size     int    // on the wire
}

// parse reads a message, whose end may be missing.
func parse(b []byte, size int) (m message, ok bool) {
	e, _, ok := ber.Cut(b)
	if !ok || e.Tag != ber.Sequence {
		return m, false
	}
	id, rest, ok := ber.Next(e.Body)
	if !ok || id.Tag != ber.Integer || len(id.Body) > 5 {
		return m, false
	}
	op, rest, ok := ber.Cut(rest)
	if !ok || operations[op.Tag] == nil {
		return m, false
	}
	m = message{id: int32(ber.Int(id.Body)), tag: op.Tag, body: op.Body, size: size}
	if c, _, ok := ber.Next(rest); ok && c.Tag == 0xa0 {
		m.controls = c.Body
	}
	return m, true
}

// pagedOID asks for results in pages (RFC 2696).
const pagedOID = "1.2.840.113556.1.4.319"

// paged looks for the control by which a client reads a long answer bit by bit.
func (m *message) paged() (found bool) {
	ber.Each(m.controls, 16, func(c ber.Element) bool {
		oid, _, ok := ber.Next(c.Body)
		found = found || ok && string(oid.Body) == pagedOID
		return true
	})
	return found
}

// fields takes the next elements of contents one by one.
type fields struct{ b []byte }

func (f *fields) next() ber.Element {
	e, rest, ok := ber.Cut(f.b)
	if !ok {
		f.b = nil
		return ber.Element{}
	}
	f.b = rest
	return e
}

// result is an LDAPResult (RFC 4511 §4.1.9).
type result struct {
	code        int32
	dn, message []byte
	sasl        []byte // credentials of the server in a bind
	oid         []byte // of an extended operation
}

func readResult(b []byte) (r result) {
	f := fields{b}
	r.code = int32(ber.Int(f.next().Body))
	r.dn, r.message = f.next().Body, f.next().Body
	for range 4 {
		switch e := f.next(); e.Tag {
		case 0x87:
			r.sasl = e.Body
		case 0x8a:
			r.oid = e.Body
		}
	}
	return r
}

// attribute is a description with its values (RFC 4511 §4.1.7); a search asks for descriptions alone.
type attribute struct {
	name   []byte
	values [][]byte
}

// readAttribute reads a PartialAttribute.
func readAttribute(b []byte) (a attribute) {
	f := fields{b}
	a.name = f.next().Body
	ber.Each(f.next().Body, maxValues, func(v ber.Element) bool {
		a.values = append(a.values, v.Body)
		return true
	})
	return a
}

func readAttributes(b []byte) (out []attribute) {
	ber.Each(b, maxAttributes, func(e ber.Element) bool {
		out = append(out, readAttribute(e.Body))
		return true
	})
	return out
}

func text(b []byte) string { return utf16le.Printable(string(b[:min(len(b), maxText)])) }
