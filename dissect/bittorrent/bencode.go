package bittorrent

import (
	"bytes"
	"errors"
	"strconv"
)

// Bounds of one message: how deep lists may stand within lists, and how many values it may have in all.
const (
	maxDepth  = 8
	maxValues = 256
)

var errMessage = errors.New("bittorrent: malformed message")

// value is one of bencoding (BEP 3): a text, a number, a list, or a dictionary, whose keys are every other member of its list.
type value struct {
	kind byte // s, i, l or d
	s    []byte
	n    int64
	in   []value
}

// get is what a dictionary has under a key; false where it has nothing of that kind.
func (v *value) get(key string, kind byte) (*value, bool) {
	for i := 0; v.kind == 'd' && i+1 < len(v.in); i += 2 {
		if string(v.in[i].s) == key && v.in[i+1].kind == kind {
			return &v.in[i+1], true
		}
	}
	return &value{}, false
}

// reader reads values one behind the other.
type reader struct {
	b    []byte
	left int // values that may still come
}

func (r *reader) value(depth int) (v value, err error) {
	if r.left--; r.left < 0 || depth > maxDepth || len(r.b) == 0 {
		return v, errMessage
	}
	switch c := r.b[0]; {
	case c == 'i':
		text, rest, ok := bytes.Cut(r.b[1:], []byte("e"))
		r.b = rest
		if v.n, err = strconv.ParseInt(string(text[:min(len(text), 20)]), 10, 64); err != nil || !ok {
			return v, errMessage
		}
		v.kind = 'i'
		return v, nil
	case c == 'l', c == 'd':
		r.b, v.kind = r.b[1:], c
		return v, r.members(&v, depth)
	}
	return r.text()
}

func (r *reader) members(v *value, depth int) error {
	for len(r.b) > 0 && r.b[0] != 'e' {
		one, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		v.in = append(v.in, one)
	}
	if len(r.b) == 0 || v.kind == 'd' && len(v.in)%2 != 0 {
		return errMessage
	}
	r.b = r.b[1:]
	return nil
}

func (r *reader) text() (v value, err error) {
	size, _, ok := bytes.Cut(r.b[:min(len(r.b), 6)], []byte(":"))
	n, err := strconv.ParseUint(string(size), 10, 16)
	if start := len(size) + 1; ok && err == nil && int(n) <= len(r.b)-start {
		v = value{kind: 's', s: r.b[start : start+int(n)]}
		r.b = r.b[start+int(n):]
		return v, nil
	}
	return v, errMessage
}
