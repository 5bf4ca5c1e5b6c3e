package utf16le

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"A\x00B\x00":                 "AB",
		"A\x00\x00\x00B\x00":         "A",
		"A":                          "",
		"\x57\x7d\x31\x4e":           "\u7d57\u4e31",
		"\x00\xd8A\x00":              "\uFFFDA",
		"\x3d\xd8\x00\xde":           "😀",
		"\x1b\x00[\x00A\x00\x7f\x00": "[A",
	} {
		if got := Text([]byte(in), 100); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Text([]byte("A\x00B\x00C\x00"), 4); got != "AB" {
		t.Errorf("bounded: %q", got)
	}
}

func TestOEM(t *testing.T) {
	for in, want := range map[string]string{
		"PC-\x8a\x1b7\x00rest": "PC-\uFFFD7", "PC-7\x00\x82\xa0": "PC-7", "\x92\xac\x92\xb7PC": "町長PC", "町長PC": "町長PC", "\xc0\xc5\xb6\xc1": "ﾀﾅｶﾁ",
		"\x92\xac\x92": "\uFFFD", "\x94\x5c\x00": "能", "\x80a": "\uFFFDa", "": "",
	} {
		if got := OEM([]byte(in), 100); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzText wants text that may stand in a log and on a screen, whatever the bytes are.
func FuzzText(f *testing.F) {
	f.Add([]byte("A\x00B\x00\x3d\xd8\x00\xde\x00\xd8"), 9)
	f.Add([]byte("PC-\x8a\x1b7\x00rest"), 100)
	f.Fuzz(func(t *testing.T, b []byte, most int) {
		most = int(uint(most) % 1024)
		for _, s := range []string{Text(b, most), OEM(b, most)} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || len(s) > 3*most {
				t.Errorf("%q of at most %d bytes of %q", s, most, b)
			}
		}
	})
}
