package transform

import (
	"slices"
	"strings"
	"testing"
)

// maxGrowth is how many bytes a transform may make of one: of what is packed, as many as inflate allows.
const maxGrowth = 16 << 20

// FuzzTransforms runs each transform with options and on bytes that anybody may have written: it leaves its input alone and what it gives is bounded.
func FuzzTransforms(f *testing.F) {
	names := slices.Sorted(slices.Values(Names()))
	f.Add(uint8(0), "", []byte("www.town.lg.jp"))
	for i, name := range names {
		f.Add(uint8(i), "", []byte("Host: A\r\n:x \r\ndGVzdA== a+b%2Fc%zz%4"))
		switch name {
		case "from_base64":
			f.Add(uint8(i), "offset 6, mode rfc2045", []byte("/?arg=Zm 9v Ym Fy"))
		case "xor":
			f.Add(uint8(i), "offset 1, extract 1 0", []byte("\x42\x23\x20"))
		case "subslice":
			f.Add(uint8(i), "-3,2,truncate", []byte("abcd"))
		case "gunzip":
			f.Add(uint8(i), "", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\x03\x4b\x4c\x4a\x06\x00\xc2\x41\x24\x35\x03\x00\x00\x00"))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, args string, b []byte) {
		x, err := New(names[int(which)%len(names)], args, func(string) (func([]byte) []byte, error) { return func(b []byte) []byte { return b[:len(b)/2] }, nil })
		if err != nil {
			return
		}
		before := string(b)
		out := string(x.Do(nil, b))
		if string(b) != before || len(out) > max(maxGrowth, 4*len(b)+64) {
			t.Errorf("%s changed its input, or made %d bytes of %d", x.Name, len(out), len(b))
		}
		if again := string(x.Do([]byte(strings.Repeat("room", 9)), b)); again != out {
			t.Errorf("%s gives %.99q without room and %.99q with it", x.Name, out, again)
		}
	})
}
