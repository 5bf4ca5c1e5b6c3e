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
