package dissect

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// Text is what a protocol sends without saying in which character set, as UTF-8: it is that, or what Japanese programs used before
// (ISO-2022-JP, EUC-JP, Shift_JIS); else the bytes that are no text are replaced.
func Text(s, replacement string) string {
	if strings.Contains(s, "\x1b$") && !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if t, ok := as(japanese.ISO2022JP, s); ok {
			return t
		}
	}
	if utf8.ValidString(s) {
		return s
	}
	sjis, is := as(japanese.ShiftJIS, s)
	if euc, ok := as(japanese.EUCJP, s); ok && (!is || strings.ContainsFunc(sjis, narrow) && !katakana(s, sjis)) {
		return euc
	}
	if is {
		return sjis
	}
	return strings.ToValidUTF8(s, replacement)
}

// as reads s in a character set; ok says that all of it is of that set.
func as(set encoding.Encoding, s string) (text string, ok bool) {
	text, err := set.NewDecoder().String(s)
	return text, err == nil && !strings.ContainsRune(text, utf8.RuneError) && !strings.ContainsFunc(text, control)
}

// narrow are katakana of half the width: what text in EUC-JP looks like in Shift_JIS.
func narrow(r rune) bool { return 0xff61 <= r && r <= 0xff9f }

// control are characters that no name has: bytes that mean nothing are read as such.
func control(r rune) bool { return 0x80 <= r && r < 0xa0 }
