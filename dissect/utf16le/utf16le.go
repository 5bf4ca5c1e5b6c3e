// Package utf16le reads the UTF-16LE text in which Windows protocols carry names, and that of older ones in the machine's code page.
package utf16le

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
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

// OEM is text in the code page of the sender's Windows, which is not told: what can be UTF-8, or Shift_JIS (Japan's, 932), is read as such; else bytes
// above ASCII become U+FFFD.
func OEM(b []byte, max int) string {
	b = b[:min(len(b), max)]
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	if s, ok := Japanese(b); ok {
		return Printable(s)
	}
	return Printable(string(b))
}

// Japanese reads text in UTF-8 or Shift_JIS; ok says that all of it is, and that it is not plain ASCII.
func Japanese(b []byte) (s string, ok bool) {
	if !bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "", false
	}
	if utf8.Valid(b) {
		return string(b), true
	}
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsFunc(out, func(r rune) bool { return r == utf8.RuneError || r >= 0x7f && r < 0xa0 }) {
		return "", false
	}
	return string(out), true
}
