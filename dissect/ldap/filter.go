package ldap

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect/ber"
)

const maxFilterDepth = 24

// filter writes a Filter (RFC 4511 §4.5.1.7) as text (RFC 4515), at most maxText bytes of it.
func filter(e ber.Element) string {
	var b strings.Builder
	writeFilter(&b, e, 0)
	if b.Len() > maxText {
		return strings.ToValidUTF8(b.String()[:maxText], "")
	}
	return b.String()
}

func writeFilter(b *strings.Builder, e ber.Element, depth int) {
	if depth > maxFilterDepth || b.Len() > maxText {
		return
	}
	f := fields{e.Body}
	b.WriteByte('(')
	defer b.WriteByte(')')
	switch e.Tag {
	case 0xa0, 0xa1, 0xa2: // and, or, not
		b.WriteByte("&|!"[e.Tag&3])
		ber.Each(e.Body, 256, func(in ber.Element) bool {
			writeFilter(b, in, depth+1)
			return b.Len() <= maxText
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
func substrings(b *strings.Builder, parts []byte) {
	last := byte(0)
	ber.Each(parts, 64, func(p ber.Element) bool {
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
func extensible(b *strings.Builder, body []byte) {
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

// escape writes a value; what has a meaning of its own, and what is no text, as \XX.
func escape(b *strings.Builder, v []byte) {
	v = v[:min(len(v), maxText)]
	valid := utf8.Valid(v)
	for _, c := range v {
		if c < ' ' || c == 0x7f || c == '*' || c == '(' || c == ')' || c == '\\' || c >= 0x80 && !valid {
			fmt.Fprintf(b, `\%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
}
