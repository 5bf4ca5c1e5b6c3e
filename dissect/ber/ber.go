// Package ber reads elements of BER and DER (X.690) as protocols have them: definite lengths only.
package ber

// Tags of universal types that protocols use.
const (
	Boolean     = 0x01
	Integer     = 0x02
	OctetString = 0x04
	Enumerated  = 0x0a
	Sequence    = 0x30
	Set         = 0x31
)

// Element is one element: its tag byte and its contents.
type Element struct {
	Tag  byte
	Body []byte
}

// Head is the length of the header of the element at the beginning of b, and of its contents. more says that b ends
// within the header; bad that it is none: an indefinite length, a length above 4 bytes, or a tag of several bytes.
func Head(b []byte) (head, size int, more, bad bool) {
	switch {
	case len(b) < 1:
		return 0, 0, true, false
	case b[0]&0x1f == 0x1f:
		return 0, 0, false, true
	case len(b) < 2:
		return 0, 0, true, false
	case b[1] < 0x80:
		return 2, int(b[1]), false, false
	}
	n := int(b[1] & 0x7f)
	if n == 0 || n > 4 {
		return 0, 0, false, true
	}
	if len(b) < 2+n {
		return 0, 0, true, false
	}
	for _, c := range b[2 : 2+n] {
		size = size<<8 | int(c)
	}
	return 2 + n, size, false, size > 1<<30
}

// Next splits the first element off b; false when it is not whole.
func Next(b []byte) (e Element, rest []byte, ok bool) {
	head, size, more, bad := Head(b)
	if more || bad || size > len(b)-head {
		return e, nil, false
	}
	return Element{b[0], b[head : head+size]}, b[head+size:], true
}

// Cut is Next for an element whose end may be missing: its contents are what there is.
func Cut(b []byte) (e Element, rest []byte, ok bool) {
	head, size, more, bad := Head(b)
	if more || bad {
		return e, nil, false
	}
	end := head + min(size, len(b)-head)
	return Element{b[0], b[head:end]}, b[end:], true
}

// Each gives the elements within contents to fn in order, at most limit of them, until fn says false.
func Each(b []byte, limit int, fn func(Element) bool) {
	for range limit {
		e, rest, ok := Next(b)
		if !ok || !fn(e) {
			return
		}
		b = rest
	}
}

// Int is the number in the contents of an INTEGER, ENUMERATED or BOOLEAN; 0 when it has more than 8 bytes.
func Int(b []byte) int64 {
	if len(b) == 0 || len(b) > 8 {
		return 0
	}
	n := int64(int8(b[0]))
	for _, c := range b[1:] {
		n = n<<8 | int64(c)
	}
	return n
}
