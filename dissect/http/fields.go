package http

import (
	"bytes"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// line is one header field; several lines of one name are one field (RFC 9110 §5.3).
type line struct {
	name, value []byte
	times       int
	other       bool // repeated with another value
}

// fields are the lines of a head.
type fields struct {
	all      []line
	noColon  bool // a line without one
	folded   bool // the first line is a continuation
	odd      bool // a name that is no token
	repeated bool
}

// fieldsOf reads field lines (RFC 9112 §5): continuations joined by a space, white space around values taken away.
func fieldsOf(raw []byte) (f fields) {
	f.all = make([]line, 0, min(bytes.Count(raw, []byte("\n"))+1, usualFields))
	last := -1
	for len(raw) > 0 {
		var l []byte
		l, raw = cutLine(raw)
		if len(l) > 0 && (l[0] == ' ' || l[0] == '\t') {
			if last < 0 {
				f.folded = true
				continue
			}
			if more := trim(l); len(more) > 0 {
				f.all[last].value = join(f.all[last].value, " ", more)
			}
			continue
		}
		if len(l) == 0 {
			continue
		}
		name, value, ok := bytes.Cut(l, []byte(":"))
		if !ok {
			f.noColon, name, value = true, nil, l
		}
		last = f.add(trim(name), trim(value))
	}
	return f
}

// usualFields is for how many fields there is room at once; few messages have more.
const usualFields = 24

// cutLine takes the next line off; a carriage return alone that is followed by what looks like a field ends one, too.
func cutLine(b []byte) (l, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		i = len(b)
	}
	l, rest = bytes.TrimRight(b[:i], "\r"), b[min(i+1, len(b)):]
	if cr := bytes.IndexByte(l, '\r'); cr > 0 && bytes.IndexByte(l[cr:], ':') > 0 {
		return l[:cr], b[cr+1:]
	}
	return l, rest
}

func trim(b []byte) []byte { return bytes.Trim(b, " \t\r\v\f\x00") }

// join makes a new value; the old one may still be a part of the head.
func join(a []byte, sep string, b []byte) []byte {
	if len(a) == 0 {
		return b
	}
	return append(append(append(make([]byte, 0, len(a)+len(sep)+len(b)), a...), sep...), b...)
}

// add puts a field at its place and returns that.
func (f *fields) add(name, value []byte) int {
	if !isToken(name) {
		f.odd = true
	}
	for i := range f.all {
		x := &f.all[i]
		if len(name) > 0 && len(x.name) == len(name) && bytes.EqualFold(x.name, name) {
			f.repeated = true
			x.times++
			if bytes.EqualFold(name, []byte("content-length")) {
				x.other = x.other || !bytes.Equal(x.value, value)
			} else {
				x.value = join(x.value, ", ", value)
			}
			return i
		}
	}
	f.all = append(f.all, line{name: name, value: value, times: 1})
	return len(f.all) - 1
}

// isToken is RFC 9110 §5.6.2.
func isToken(b []byte) bool {
	for _, c := range b {
		if !tokens[c] {
			return false
		}
	}
	return len(b) > 0
}

// tokens are the bytes of a token.
var tokens = func() (t [256]bool) {
	for c := '!'; c < 0x7f; c++ {
		t[c] = !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	}
	return t
}()

// get finds a field by its name in lower case.
func (f *fields) get(name string) *line {
	for i := range f.all {
		if is(f.all[i].name, name) {
			return &f.all[i]
		}
	}
	return nil
}

// valued are fields that have a buffer of their own, by direction.
var valued = [2][]struct {
	name string
	id   wire.Buffer
}{
	{
		{"user-agent", wire.HTTPUserAgent}, {"referer", wire.HTTPReferer}, {"accept", wire.HTTPAccept},
		{"accept-encoding", wire.HTTPAcceptEnc}, {"accept-language", wire.HTTPAcceptLang}, {"connection", wire.HTTPConnection},
		{"content-length", wire.HTTPContentLen}, {"content-type", wire.HTTPContentType}, {"cookie", wire.HTTPCookie},
	},
	{
		{"connection", wire.HTTPConnection}, {"content-length", wire.HTTPContentLen}, {"content-type", wire.HTTPContentType},
		{"location", wire.HTTPLocation}, {"server", wire.HTTPServer}, {"set-cookie", wire.HTTPCookie},
	},
}

// told reports whether alerts tell of a buffer, whatever rules ask for.
func told(id wire.Buffer) bool {
	return id == wire.HTTPUserAgent || id == wire.HTTPReferer || id == wire.HTTPContentType || id == wire.HTTPLocation
}

// put gives the fields to the buffers; start is the start line.
func (f *fields) put(fl *dissect.Flow, t *wire.Tx, dir dissect.Dir, start, raw []byte) {
	for _, v := range valued[dir] {
		if t != nil && (told(v.id) || fl.Wants(v.id)) {
			if l := f.get(v.name); l != nil {
				t.Put(v.id, dir, bytes.Clone(l.value))
			}
		}
	}
	cookie, each := "cookie", wire.HTTPRequestHeader
	if dir == dissect.Resp {
		cookie, each = "set-cookie", wire.HTTPResponseHeader
	}
	if fl.Wants(wire.HTTPHeader) {
		if b := f.write(make([]byte, 0, f.size()), cookie); len(b) > 0 {
			t.Put(wire.HTTPHeader, dir, b)
		}
	}
	if fl.Wants(wire.HTTPRawHeader) && len(raw) > 0 {
		t.Put(wire.HTTPRawHeader, dir, bytes.Clone(raw))
	}
	if fl.Wants(wire.HTTPHeaderNames) && len(f.all) > 0 {
		t.Put(wire.HTTPHeaderNames, dir, f.names())
	}
	if fl.Wants(wire.HTTPStart) {
		b := append(append(make([]byte, 0, len(start)+f.size()+4), start...), "\r\n"...)
		t.Put(wire.HTTPStart, dir, append(f.write(b, ""), "\r\n"...))
	}
	if fl.Wants(each) {
		for _, l := range f.all {
			t.Put(each, dir, append(append(append(make([]byte, 0, len(l.name)+len(l.value)+2), l.name...), ": "...), l.value...))
		}
	}
}

// size is how long all fields are, written.
func (f *fields) size() (n int) {
	for i := range f.all {
		n += len(f.all[i].name) + len(f.all[i].value) + len(": \r\n")
	}
	return n
}

// write appends the fields but the one named without.
func (f *fields) write(b []byte, without string) []byte {
	for _, l := range f.all {
		if is(l.name, without) {
			continue
		}
		b = append(append(append(append(b, l.name...), ": "...), l.value...), "\r\n"...)
	}
	return b
}

func (f *fields) names() []byte {
	b := append(make([]byte, 0, f.size()), "\r\n"...)
	for _, l := range f.all {
		b = append(append(b, l.name...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}
