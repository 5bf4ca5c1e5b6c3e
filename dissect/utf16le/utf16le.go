// Package utf16le reads the UTF-16LE text in which Windows protocols carry names.
package utf16le

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Text decodes at most max bytes of b up to the first NUL. Lone surrogates become U+FFFD,
// control characters are dropped: the result goes into logs and onto screens.
func Text(b []byte, max int) string {
	b = b[:min(len(b), max)]
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		u := binary.LittleEndian.Uint16(b)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return Printable(string(utf16.Decode(units)))
}

// Printable drops control characters and broken UTF-8 of s.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// OEM is text in one byte a character; bytes above ASCII become U+FFFD as their code page is not told.
func OEM(b []byte, max int) string {
	b = b[:min(len(b), max)]
	if i := strings.IndexByte(string(b), 0); i >= 0 {
		b = b[:i]
	}
	return Printable(string(b))
}
