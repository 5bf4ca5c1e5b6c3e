package imap

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect/mail"
)

// Bounds of what is remembered of parts that may be fetched.
const (
	maxKnown = 128
	maxMIME  = 1 << 10 // bytes of fields of one
)

// known is a part of a message that holds a file, as the server has described it (RFC 9051 §7.5.2).
type known struct {
	number, uid string // of its message
	section     string // "2", "1.3"
	fields      string // as MIME has them, but for its coding
	coding      string
	size        uint64 // bytes as they are sent, 0 where that is not told
}

// describe remembers the files of a message.
func (p *parser) describe(f fetched) {
	if !f.structure.nested {
		return
	}
	p.known = without(p.known, func(k known) bool { return f.of(k.number, k.uid) })
	room := maxKnown
	walk(f.structure, "", func(section string, n node) {
		if k, ok := leaf(n); ok && room > 0 {
			room--
			k.number, k.uid, k.section = strings.Clone(f.number), strings.Clone(f.uid), section // not the whole line behind them
			p.known = append(p.known, k)
		}
	})
	p.known = p.known[max(0, len(p.known)-maxKnown):]
}

func without(list []known, drop func(known) bool) []known {
	kept := list[:0]
	for _, k := range list {
		if !drop(k) {
			kept = append(kept, k)
		}
	}
	return kept
}

// walk visits the parts that hold content, each with its section (RFC 9051 §6.4.5.1).
func walk(n node, at string, visit func(string, node)) {
	under := func(i int) string { return strings.TrimPrefix(at+"."+strconv.Itoa(i), ".") }
	if len(n.list) == 0 {
		return
	}
	if n.list[0].nested {
		for i, x := range n.list {
			if !x.nested {
				return
			}
			walk(x, under(i+1), visit)
		}
		return
	}
	if at == "" {
		at = "1"
	}
	visit(at, n)
	if !strings.EqualFold(n.at(0)+"/"+n.at(1), "message/rfc822") || len(n.list) < 9 {
		return
	}
	inner := n.list[8]
	if len(inner.list) > 0 && !inner.list[0].nested {
		at = under(1)
	}
	walk(inner, at, visit)
}

// leaf describes a part, if it holds a file.
func leaf(n node) (k known, ok bool) {
	kind := strings.ToLower(n.at(0))
	media := kind + "/" + strings.ToLower(n.at(1))
	disposition := 8 // behind id, description, coding, size, MD5
	switch {
	case kind == "text":
		disposition++ // lines
	case media == "message/rfc822":
		disposition += 3 // envelope, structure, lines
	}
	var b strings.Builder
	named := field(&b, "Content-Type", media, n, 2)
	if disposition < len(n.list) && n.list[disposition].nested {
		how := n.list[disposition]
		named = field(&b, "Content-Disposition", how.at(0), how, 1) || named || strings.EqualFold(how.at(0), "attachment")
	}
	k.coding, k.fields = token(n.at(5)), b.String()
	k.size, _ = strconv.ParseUint(n.at(6), 10, 63) // 0 where it is none
	return k, (named || mail.Unreadable(media) || media == "message/rfc822") && len(k.fields) <= maxMIME
}

// field writes one with the parameters at i of a list, and tells whether they name a file.
func field(b *strings.Builder, name, value string, n node, i int) (named bool) {
	b.WriteString(name + ": " + token(value))
	if i < len(n.list) {
		params := n.list[i].list
		for ; len(params) >= 2; params = params[2:] {
			key := strings.ToLower(token(params[0].text))
			named = named || strings.HasPrefix(key, "name") || strings.HasPrefix(key, "filename")
			b.WriteString("; " + key + `="` + quoting.Replace(params[1].text) + `"`)
		}
	}
	b.WriteString("\r\n")
	return named
}

// quoting writes a string within quotes (RFC 5322 §3.2.4), on one line.
var quoting = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ")

// token is a word without what would end it in a field of MIME.
func token(s string) string {
	return strings.Map(func(c rune) rune {
		if c <= ' ' || strings.ContainsRune(`()<>@,;:\"[]?=`, c) {
			return -1
		}
		return c
	}, s)
}

// sectionOf finds what was told of the part that an answer brings.
func (p *parser) sectionOf(f fetched, section string) (known, bool) {
	for i := len(p.known) - 1; i >= 0; i-- {
		if k := p.known[i]; k.section == section && f.of(k.number, k.uid) {
			return k, true
		}
	}
	return known{}, false
}

// shifted forgets the numbers of messages: one of them is gone, and the rest have moved up (RFC 9051 §7.5.1).
func (p *parser) shifted() {
	for i := range p.known {
		p.known[i].number = ""
	}
	p.header.number = ""
}

// elsewhere forgets all that was told of a mailbox.
func (p *parser) elsewhere() { p.known, p.header = nil, fetched{} }
