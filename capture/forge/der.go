package forge

import (
	"encoding/binary"
	"strings"
	"time"
)

// der is one element of DER (X.690).
func der(tag byte, parts ...[]byte) []byte {
	b := join(parts...)
	n := len(b)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, b...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, b...)
	}
	return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, b...)
}

// integer is an INTEGER of up to 31 bits.
func integer(v int) []byte {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(int32(v)))
	i := 0
	for i < 3 && (b[i] == 0 && b[i+1] < 0x80 || b[i] == 0xff && b[i+1] >= 0x80) {
		i++
	}
	return der(2, b[i:])
}

func text(s string) []byte { return der(0x1b, []byte(s)) }

func octets(b []byte) []byte { return der(4, b) }

// ctx is the context tag n around an element.
func ctx(n byte, b ...[]byte) []byte { return der(0xa0|n, b...) }

// principal is a name of a client (1) or a service (2) (RFC 4120 §5.2.2).
func principal(kind int, name string) []byte {
	var parts [][]byte
	for _, p := range strings.Split(name, "/") {
		parts = append(parts, text(p))
	}
	return der(0x30, ctx(0, integer(kind)), ctx(1, der(0x30, parts...)))
}

func moment(t time.Time) []byte { return der(0x18, []byte(t.UTC().Format("20060102150405Z"))) }

func join(parts ...[]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// counted is a length in so many bytes, largest first, and what it is the length of.
func counted(width int, b []byte) []byte {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	return append(n[8-width:], b...)
}
