package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// asn1 reads asn1:[bitstring_overflow][,double_overflow][,oversize_length N][,absolute_offset N|relative_offset N].
func asn1(b *builder, _, arg string) error {
	a := asn{}
	rel := false
	for _, o := range words(arg) {
		key, value, _ := strings.Cut(o, " ")
		var err error
		var n int64
		switch key {
		case "bitstring_overflow":
			a.bits = true
		case "double_overflow":
			a.double = true
		case "oversize_length":
			n, err = integer(value, 0, 1<<32-1)
			a.size, a.sized = uint64(n), true
		case "absolute_offset":
			n, err = integer(value, 0, 65535)
			a.from = int(n)
		case "relative_offset":
			n, err = integer(value, -65535, 65535)
			a.from, rel = int(n), true
		case "":
		default:
			err = bad("%q is not known", o)
		}
		if err != nil {
			return err
		}
	}
	if !a.bits && !a.double && !a.sized {
		return bad("bitstring_overflow, double_overflow or oversize_length is missing")
	}
	b.add(&content.Check{Name: "asn1", Rel: rel, Do: func(_ *content.State, buf []byte, pos int) bool {
		from := a.from
		if rel {
			from += pos
		}
		if from < 0 || from >= len(buf) {
			return false
		}
		return a.holds(buf[from:], 0)
	}})
	return nil
}

type asn struct {
	bits, double, sized bool
	size                uint64
	from                int
}

const maxFrames = 256 // elements looked at one behind the other or within each other

// holds looks through the elements of BER (X.690) that b begins with.
func (a asn) holds(b []byte, depth int) bool {
	for n := 0; len(b) >= 2 && n < maxFrames && depth < 16; n++ {
		tag := b[0]
		if tag == 0 && b[1] == 0 {
			b = b[2:]
			continue
		}
		head := 1
		if tag&0x1f == 0x1f {
			for head < len(b) && head < 6 && b[head]&0x80 != 0 {
				head++
			}
			head++
		}
		length, size, ok := berLength(b, head)
		if !ok {
			return false
		}
		body := b[min(len(b), head+size):]
		if a.broken(tag, length, body) {
			return true
		}
		body = body[:min(uint64(len(body)), length)]
		if tag&0x20 != 0 {
			if a.holds(body, depth+1) {
				return true
			}
		}
		b = b[min(len(b), head+size+len(body)):]
	}
	return false
}

// broken reports what the rule looks for in one element.
func (a asn) broken(tag byte, length uint64, body []byte) bool {
	if a.sized && length > a.size {
		return true
	}
	if tag&0xc0 != 0 || tag&0x20 != 0 {
		return false
	}
	if a.bits && tag&0x1f == 3 && len(body) > 0 && length > 0 && (length-1)*8 < uint64(body[0]) {
		return true
	}
	return a.double && tag&0x1f == 9 && len(body) > 0 && length > 256 && body[0]&0xc0 == 0
}

// berLength reads a length at i; an indefinite one reaches to the end.
func berLength(b []byte, i int) (length uint64, size int, ok bool) {
	if i >= len(b) {
		return 0, 0, false
	}
	if b[i] < 0x80 {
		return uint64(b[i]), 1, true
	}
	n := int(b[i] & 0x7f)
	if n == 0 {
		return uint64(len(b) - i - 1), 1, true
	}
	if n > 8 || i+1+n > len(b) {
		return 0, 0, false
	}
	for _, c := range b[i+1 : i+1+n] {
		length = length<<8 | uint64(c)
	}
	return length, 1 + n, true
}
