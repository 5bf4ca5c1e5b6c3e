package truetype

import "testing"

func TestOf(t *testing.T) {
	tar := make([]byte, 512)
	copy(tar[257:], "ustar")
	for in, want := range map[string]string{
		"MZ\x90\x00":                "exe",
		"\x7fELF\x02":               "elf",
		"PK\x03\x04":                "zip",
		"":                          "",
		"\x00\x01\x02":              "",
		" \n<!DOCTYPE HTML><p>":     "html",
		"{\"a\":1}":                 "json",
		"\xef\xbb\xbf@echo off\r\n": "script",
		"\x83\x65\x83\x58 text":     "text",
		"<hta:application id=x>":    "hta",
		string(tar):                 "tar",
	} {
		if got := Of([]byte(in)); got != want {
			t.Errorf("Of(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, s := range []string{"MZ\x90\x00", "PK\x03\x04", "\xef\xbb\xbf@echo off\r\n", "<hta:application id=x>", "%PDF-1.7", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "{\"a\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := string(b)
		got := Of(b)
		if string(b) != before || got != Of([]byte(before)) || len(got) > 16 || got == "" && before != "" && before[0] == 'M' && len(before) > 1 && before[1] == 'Z' {
			t.Errorf("%q for %.40q", got, before)
		}
	})
}
