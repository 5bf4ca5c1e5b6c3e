package mqtt

import (
	"unicode"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect"
)

// learn finds out by a packet which version a connection speaks whose CONNECT was not seen; many packets are alike in both.
func (p *parser) learn(dir dissect.Dir, first byte, b []byte) {
	if p.version != 0 || p.older || first>>4 == connect {
		return
	}
	switch five, old := fits5(dir, first, b), fitsOld(dir, first, b); {
	case five && !old:
		p.version = version5
	case old && !five:
		p.older = true
	}
}

// fitsOld reports whether a packet could be one of 3.1 or 3.1.1.
func fitsOld(dir dissect.Dir, first byte, b []byte) bool {
	m := message{b: b}
	switch kind := first >> 4; kind {
	case connack, unsuback, puback, pubrec, pubrel, pubcomp:
		return len(b) == 2
	case disconnect:
		return len(b) == 0 && dir == dissect.Orig
	case auth:
		return false
	case subscribe, unsubscribe:
		m.take(2)
		return filters(kind, m, 0x03)
	case suback:
		for m.take(2); len(m.b) > 0; {
			if code := m.byte(); code > 2 && code != 0x80 {
				return false
			}
		}
	case publish:
		return len(m.text()) > 0 && !newer(first, m)
	}
	return true
}

// newer reports whether what is published begins with properties, or with a zero before text: 5.0 has no properties there, older versions hardly a
// byte that is no text.
func newer(first byte, m message) bool {
	if first&6 != 0 {
		m.take(2)
	}
	if len(m.b) == 0 || m.b[0] != 0 {
		_, ok := m.sound5()
		return ok
	}
	for _, r := range string(m.b[1:min(len(m.b), 256)]) {
		if r < ' ' && !unicode.IsSpace(r) {
			return false
		}
	}
	return utf8.Valid(m.b[1:]) || len(m.b) > 256
}

// fits5 reports whether a packet could be one of 5.0.
func fits5(dir dissect.Dir, first byte, b []byte) bool {
	m := message{b: b}
	switch kind := first >> 4; kind {
	case connack:
		m.take(2)
		_, ok := m.sound5()
		return ok && len(m.b) == 0
	case puback, pubrec, pubrel, pubcomp:
		m.take(2)
		return m.reason5()
	case disconnect, auth:
		return m.reason5()
	case suback, unsuback:
		m.take(2)
		_, ok := m.sound5()
		return ok && len(m.b) > 0
	case subscribe, unsubscribe:
		m.take(2)
		_, ok := m.sound5()
		return ok && filters(kind, m, 0x3f)
	case publish:
		topic := m.text()
		if first&6 != 0 {
			m.take(2)
		}
		alias, ok := m.sound5()
		return ok && (len(topic) > 0 || alias)
	}
	return true
}

// reason5 reads a reason and properties, both of which may be left out, to the end.
func (m *message) reason5() bool {
	if len(m.b) == 0 {
		return !m.short
	}
	m.byte()
	if len(m.b) == 0 {
		return true
	}
	_, ok := m.sound5()
	return ok && len(m.b) == 0
}

// sound5 reads properties (§2.2.2); alias tells that a topic's number is among them.
func (m *message) sound5() (alias, ok bool) {
	size, n := varint(m.b)
	if m.short || n <= 0 || n+size > len(m.b) {
		return false, false
	}
	list := message{b: m.b[n : n+size]}
	m.take(n + size)
	for len(list.b) > 0 {
		id := list.byte()
		x, known := properties[id]
		if !known {
			return false, false
		}
		if x.pass(&list); list.short {
			return false, false
		}
		alias = alias || id == topicAlias
	}
	return alias, true
}

const topicAlias = 0x23

// pass passes over a property.
func (x property) pass(m *message) {
	switch x.kind {
	case 's':
		m.text()
	case 'p':
		m.text()
		m.text()
	case 'v':
		_, n := varint(m.b)
		if n <= 0 {
			m.short = true
		}
		m.take(max(n, 1))
	default:
		m.take(int(x.kind))
	}
}

// filters reports whether topics stand to the end, of SUBSCRIBE with options of which no other bits than those of mask are set, and QoS is not 3.
func filters(kind byte, m message, mask byte) bool {
	if m.short || len(m.b) == 0 {
		return false
	}
	for len(m.b) > 0 && !m.short {
		topic := m.text()
		if len(topic) == 0 || !utf8.Valid(topic) {
			return false
		}
		if kind == subscribe {
			if len(m.b) == 0 {
				return false
			}
			if o := m.byte(); o&^mask != 0 || o&3 == 3 || o>>4 == 3 {
				return false
			}
		}
	}
	return !m.short
}
