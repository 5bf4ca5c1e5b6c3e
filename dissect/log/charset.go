package log

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// Charsets are the names that Decode knows, beside "" and "auto" for finding out.
var Charsets = []string{"utf-8", "shift_jis", "euc-jp", "iso-2022-jp"}

// Decode gives b as UTF-8. What cannot be read becomes U+FFFD; ok is false then.
func Decode(b []byte, charset string) (out []byte, ok bool) {
	switch charset {
	case "shift_jis":
		return convert(b, japanese.ShiftJIS)
	case "euc-jp":
		return convert(b, japanese.EUCJP)
	case "iso-2022-jp":
		return convert(b, japanese.ISO2022JP)
	case "utf-8":
		return valid(b)
	}
	return guess(b)
}

func valid(b []byte) ([]byte, bool) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) // RFC 5424 §6.4
	if utf8.Valid(b) {
		return b, true
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD")), false
}

func convert(b []byte, e encoding.Encoding) ([]byte, bool) {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return bytes.ToValidUTF8(b, []byte("\uFFFD")), false
	}
	return out, !bytes.Contains(out, []byte("\uFFFD"))
}

// guess takes UTF-8 where it is that, else whichever of the Japanese encodings gives the most likely text.
func guess(b []byte) ([]byte, bool) {
	if bytes.Contains(b, []byte("\x1b$")) {
		if out, ok := convert(b, japanese.ISO2022JP); ok {
			return out, true
		}
	}
	plain, ok := valid(b)
	if ok {
		return plain, true
	}
	sjis, sOK := convert(b, japanese.ShiftJIS)
	euc, eOK := convert(b, japanese.EUCJP)
	switch {
	case sOK && (!eOK || unlikely(sjis) <= unlikely(euc)):
		return sjis, true
	case eOK:
		return euc, true
	}
	return plain, false
}

// unlikely counts what seldom stands in Japanese logs: half-width kana, which EUC read as Shift_JIS is full of, and rare characters.
func unlikely(b []byte) (n int) {
	for _, r := range string(b) {
		switch {
		case r >= 0xFF61 && r <= 0xFF9F:
			n += 2
		case r >= 0x3040 && r <= 0x30FF || r < 0x80:
		default:
			n++
		}
	}
	return n
}
