package ldap

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// maxShown bounds the values of one transaction that rules see; of an answer with more entries the rest is only counted.
const maxShown = 2048

// shown counts what rules saw of a request.
type shown struct {
	responses int
	told      bool
}

// room tells whether a transaction takes more values.
func room(t *wire.Tx) bool { return t != nil && len(t.Fields) < maxShown }

func put(t *wire.Tx, id wire.Buffer, d dissect.Dir, b []byte) { t.Put(id, d, bytes.Clone(b)) }

// small reads an INTEGER (X.690 §8.3) of up to four bytes that is not below zero.
func small(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || len(b) > 4 || b[0] >= 0x80 {
		return 0, false
	}
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n, true
}

// showRequest shows a request to rules.
func (t *talk) showRequest(d dissect.Dir, q *request, m *message) {
	if q.tx == nil {
		return
	}
	q.tx.PutNumber(wire.LDAPRequestOperation, d, number(m.tag))
	f := fields{m.body}
	switch m.tag {
	case tagBindRequest:
		if n, ok := small(f.next().Body); ok {
			q.tx.PutNumber(wire.LDAPBindVersion, d, n)
		}
		put(q.tx, wire.LDAPRequestDN, d, f.next().Body)
	case tagDelRequest:
		put(q.tx, wire.LDAPRequestDN, d, m.body)
	case tagSearchRequest, tagModifyRequest, tagAddRequest, tagModDNRequest, tagCompareRequest:
		put(q.tx, wire.LDAPRequestDN, d, f.next().Body)
	}
	if t.f.Wants(wire.LDAPRequestAttributeType) || t.f.Wants(wire.LDAPRequestAttributes) {
		for _, a := range asked(m) {
			showAttribute(q.tx, d, a, wire.LDAPRequestAttributeType, wire.LDAPRequestAttributes)
		}
	}
}

func showAttribute(t *wire.Tx, d dissect.Dir, a attribute, name, pair wire.Buffer) {
	if !room(t) {
		return
	}
	put(t, name, d, a.name)
	for _, v := range a.values {
		if room(t) {
			t.Put(pair, d, append(append(bytes.Clone(a.name), '='), v[:min(len(v), maxText)]...))
		}
	}
}

// showResponse shows one answer to rules: each has a value of each buffer, be it empty, so that places agree.
func (t *talk) showResponse(d dissect.Dir, q *request, m *message, op *operation, r *result) {
	q.shown.responses++
	if !room(q.tx) {
		return
	}
	dn, code := r.dn, uint64(wire.LDAPNoCode)
	if op.result {
		code = uint64(uint32(r.code))
	}
	f := fields{m.body}
	if m.tag == tagSearchEntry {
		dn = f.next().Body
	}
	q.tx.PutNumber(wire.LDAPResponsesOperation, d, number(m.tag))
	q.tx.PutNumber(wire.LDAPResponsesResultCode, d, code)
	put(q.tx, wire.LDAPResponsesDN, d, dn)
	put(q.tx, wire.LDAPResponsesMessage, d, r.message)
	if m.tag == tagSearchEntry && (t.f.Wants(wire.LDAPResponsesAttributeType) || t.f.Wants(wire.LDAPResponsesAttributes)) {
		for _, a := range readAttributes(f.next().Body) {
			showAttribute(q.tx, d, a, wire.LDAPResponsesAttributeType, wire.LDAPResponsesAttributes)
		}
	}
}

// showCount tells rules how many answers there were, once all are there.
func (t *talk) showCount(q *request, d dissect.Dir) {
	if q.tx != nil && !q.shown.told {
		q.shown.told = true
		q.tx.PutNumber(wire.LDAPResponsesCount, d, uint64(q.shown.responses))
	}
}

// odd shows that bytes are no message.
func (t *talk) odd(d dissect.Dir) {
	t.f.Odd(d, "ldap.invalid_data")
}
