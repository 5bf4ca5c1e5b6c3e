package imap

import (
	"strconv"
	"strings"
)

// Bounds of what is read of one answer.
const (
	maxNodes = 4096
	maxNest  = 32
)

// node is a value of an answer (RFC 9051 §4): a list, or an atom, a string, a literal.
type node struct {
	text   string
	list   []node
	nested bool
}

// at is the text of the value at i of a list, "" where there is none.
func (n node) at(i int) string {
	if i >= len(n.list) {
		return ""
	}
	return n.list[i].text
}

// fetched is what "* 12 FETCH (…" tells, as far as it could be read.
type fetched struct {
	number, uid string // of the message
	size        uint64 // of it, 0 where that is not told
	structure   node   // BODYSTRUCTURE, or BODY without it
	header      string // all its fields
}

// readFetched reads such an answer, or the beginning of one; ok is false where it is another.
func readFetched(line string) (f fetched, ok bool) {
	words := strings.SplitN(line, " ", 4)
	if len(words) != 4 || words[0] != "*" || !strings.EqualFold(words[2], "FETCH") || !strings.HasPrefix(words[3], "(") {
		return f, false
	}
	f.number = words[1]
	r := reader{s: words[3][1:], left: maxNodes}
	for {
		key, ok := r.node(0)
		if !ok {
			return f, true
		}
		value, ok := r.node(0)
		if !ok {
			return f, true
		}
		switch strings.ToUpper(key.text) {
		case "UID":
			f.uid = value.text
		case "RFC822.SIZE":
			f.size, _ = strconv.ParseUint(value.text, 10, 63) // 0 where it is none
		case "BODYSTRUCTURE":
			f.structure = value
		case "BODY":
			if !f.structure.nested {
				f.structure = value
			}
		case "BODY[HEADER]", "RFC822.HEADER":
			f.header = value.text
		}
	}
}

// of tells whether two answers are about one message: by its UID where both tell it, as numbers change.
func (f fetched) of(number, uid string) bool {
	if f.uid != "" && uid != "" {
		return f.uid == uid
	}
	return f.number == number && number != ""
}

// reader takes values off the beginning of a text.
type reader struct {
	s    string
	left int // values that may still come
}

// node reads the next value; ok is false at the end, at a closing parenthesis, and where it cannot be read.
func (r *reader) node(depth int) (n node, ok bool) {
	r.s = strings.TrimLeft(r.s, " ")
	if r.left--; r.s == "" || r.left < 0 || depth > maxNest {
		return n, false
	}
	switch r.s[0] {
	case ')':
		return n, false
	case '(':
		return r.nodes(depth)
	case '"':
		return r.quoted()
	case '{':
		return r.literal()
	}
	return r.atom()
}

func (r *reader) nodes(depth int) (n node, ok bool) {
	r.s, n.nested = r.s[1:], true
	for {
		x, more := r.node(depth + 1)
		if !more {
			break
		}
		n.list = append(n.list, x)
	}
	if ok = strings.HasPrefix(r.s, ")"); ok {
		r.s = r.s[1:]
	}
	return n, ok
}

func (r *reader) quoted() (n node, ok bool) {
	var b strings.Builder
	for i := 1; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == '"':
			r.s, n.text = r.s[i+1:], b.String()
			return n, true
		case c == '\\' && i+1 < len(r.s):
			i++
			b.WriteByte(r.s[i])
		default:
			b.WriteByte(c)
		}
	}
	return n, false
}

// literal reads "{3}" with what it announces right behind it, as lines are put together.
func (r *reader) literal() (n node, ok bool) {
	head, rest, ok := strings.Cut(r.s, "}")
	if !ok {
		return n, false
	}
	size, ok := announced([]byte(head + "}"))
	if !ok || size > uint64(len(rest)) {
		return n, false
	}
	n.text, r.s = rest[:size], rest[size:]
	return n, true
}

// atom reads up to a space or a parenthesis; "BODY[HEADER.FIELDS (DATE)]<0>" is one.
func (r *reader) atom() (n node, ok bool) {
	end := 0
	for end < len(r.s) && r.s[end] != ' ' && r.s[end] != '(' && r.s[end] != ')' {
		if r.s[end] == '[' {
			i := strings.IndexByte(r.s[end:], ']')
			if i < 0 {
				return n, false
			}
			end += i
		}
		end++
	}
	n.text, r.s = r.s[:end], r.s[end:]
	return n, true
}
