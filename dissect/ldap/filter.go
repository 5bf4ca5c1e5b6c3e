package ldap

import (
	"strings"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect/ber"
)

const maxFilterDepth = 24

// filterText writes a filter, at most so many bytes of it.
type filterText struct {
	strings.Builder
	most int
}

func (b *filterText) full() bool { return b.Len() > b.most }

// filter writes a Filter (RFC 4511 §4.5.1.7) as text (RFC 4515), at most so many bytes of it.
func filter(e ber.Element, most int) string {
	b := filterText{most: most}
	writeFilter(&b, e, 0)
	if b.full() {
		return strings.ToValidUTF8(b.String()[:most], "")
	}
	return b.String()
}

func writeFilter(b *filterText, e ber.Element, depth int) {
	if depth > maxFilterDepth || b.full() {
		return
	}
	f := fields{e.Body}
	b.WriteByte('(')
	defer b.WriteByte(')')
	switch e.Tag {
	case 0xa0, 0xa1, 0xa2: // and, or, not
		b.WriteByte("&|!"[e.Tag&3])
		ber.Each(e.Body, b.most, func(in ber.Element) bool {
			writeFilter(b, in, depth+1)
			return !b.full()
		})
	case 0xa3, 0xa5, 0xa6, 0xa8: // equality, greater, less, approximate
		name := f.next().Body
		b.WriteString(text(name))
		b.WriteString(map[byte]string{0xa3: "=", 0xa5: ">=", 0xa6: "<=", 0xa8: "~="}[e.Tag])
		escape(b, f.next().Body)
	case 0xa4:
		b.WriteString(text(f.next().Body) + "=")
		substrings(b, f.next().Body)
	case 0x87: // present
		b.WriteString(text(e.Body) + "=*")
	case 0xa9:
		extensible(b, e.Body)
	}
}

// substrings writes initial, any and final parts with asterisks between.
func substrings(b *filterText, parts []byte) {
	last := byte(0)
	ber.Each(parts, 256, func(p ber.Element) bool {
		if p.Tag != 0x80 {
			b.WriteByte('*')
		}
		escape(b, p.Body)
		last = p.Tag
		return true
	})
	if last != 0x82 {
		b.WriteByte('*')
	}
}

// extensible writes a match by a rule, as the bit masks of Active Directory are.
func extensible(b *filterText, body []byte) {
	var rule, name, value []byte
	dn := false
	ber.Each(body, 8, func(p ber.Element) bool {
		switch p.Tag {
		case 0x81:
			rule = p.Body
		case 0x82:
			name = p.Body
		case 0x83:
			value = p.Body
		case 0x84:
			dn = ber.Int(p.Body) != 0
		}
		return true
	})
	b.WriteString(text(name))
	if dn {
		b.WriteString(":dn")
	}
	if len(rule) > 0 {
		b.WriteString(":" + text(rule))
	}
	b.WriteString(":=")
	escape(b, value)
}

const digits = "0123456789abcdef"

// escape writes a value; what has a meaning of its own, and what is no text, as \XX.
func escape(b *filterText, v []byte) {
	v = v[:min(len(v), max(0, b.most+1-b.Len()))]
	valid := utf8.Valid(v)
	for _, c := range v {
		if c < ' ' || c == 0x7f || c == '*' || c == '(' || c == ')' || c == '\\' || c >= 0x80 && !valid {
			b.WriteByte('\\')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		} else {
			b.WriteByte(c)
		}
	}
}
