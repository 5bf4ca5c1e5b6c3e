package ber

import "testing"

func TestNext(t *testing.T) {
	for _, c := range []struct {
		in   string
		tag  byte
		body string
		rest int
		ok   bool
	}{
		{"\x02\x01\x05x", Integer, "\x05", 1, true},
		{"\x30\x84\x00\x00\x00\x02ab", Sequence, "ab", 0, true},
		{"\x30\x80ab\x00\x00", 0, "", 0, false},
		{"\x30\x05ab", 0, "", 0, false},
		{"\x1f\x81\x01\x00", 0, "", 0, false},
		{"\x30\x85\x00\x00\x00\x00\x00", 0, "", 0, false},
		{"\x30\x84\xff\xff\xff\xff", 0, "", 0, false},
		{"", 0, "", 0, false},
	} {
		e, rest, ok := Next([]byte(c.in))
		if ok != c.ok || e.Tag != c.tag || string(e.Body) != c.body || len(rest) != c.rest {
			t.Errorf("Next(%q) = %+v, %d left, %v", c.in, e, len(rest), ok)
		}
	}
}

func TestInt(t *testing.T) {
	for in, want := range map[string]int64{"": 0, "\x05": 5, "\xff": -1, "\x00\x80": 128, "123456789": 0} {
		if got := Int([]byte(in)); got != want {
			t.Errorf("Int(%q) = %d, want %d", in, got, want)
		}
	}
}

func FuzzHead(f *testing.F) {
	f.Add([]byte("\x30\x84\x00\x00\x00\x02ab"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if head, size, more, bad := Head(b); !more && !bad && (head < 2 || size < 0 || head > len(b)) {
			t.Errorf("head %d, size %d of %d bytes", head, size, len(b))
		}
		n := 0
		Each(b, 1000, func(e Element) bool { n++; return true })
		if n > len(b)/2 {
			t.Errorf("%d elements in %d bytes", n, len(b))
		}
	})
}
