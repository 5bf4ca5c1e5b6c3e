package transform

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"

	"golang.org/x/net/publicsuffix"
)

// plain are the transforms without options.
var plain = map[string]func(room, b []byte) []byte{
	"dotprefix":            func(room, b []byte) []byte { return append(append(room[:0], '.'), b...) },
	"to_md5":               func(room, b []byte) []byte { h := md5.Sum(b); return append(room[:0], h[:]...) },
	"to_sha1":              func(room, b []byte) []byte { h := sha1.Sum(b); return append(room[:0], h[:]...) },
	"to_sha256":            func(room, b []byte) []byte { h := sha256.Sum256(b); return append(room[:0], h[:]...) },
	"to_lowercase":         func(room, b []byte) []byte { return mapped(room, b, lower) },
	"to_uppercase":         func(room, b []byte) []byte { return mapped(room, b, upper) },
	"strip_whitespace":     stripSpace,
	"compress_whitespace":  compressSpace,
	"url_decode":           urlDecode,
	"header_lowercase":     headerLower,
	"strip_pseudo_headers": stripPseudo,
	"domain":               domain,
	"tld":                  tld,
}

func mapped(room, b []byte, to func(byte) byte) []byte {
	room = room[:0]
	for _, c := range b {
		room = append(room, to(c))
	}
	return room
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// space is isspace of C.
func space(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func stripSpace(room, b []byte) []byte {
	room = room[:0]
	for _, c := range b {
		if !space(c) {
			room = append(room, c)
		}
	}
	return room
}

func compressSpace(room, b []byte) []byte {
	room = room[:0]
	before := false
	for _, c := range b {
		is := space(c)
		switch {
		case !is:
			room = append(room, c)
		case !before:
			room = append(room, ' ')
		}
		before = is
	}
	return room
}

func urlDecode(room, b []byte) []byte {
	room = room[:0]
	for i := 0; i < len(b); i++ {
		if b[i] == '+' {
			room = append(room, ' ')
			continue
		}
		if b[i] == '%' && i+2 < len(b) {
			hi, lo := nibble(b[i+1]), nibble(b[i+2])
			if hi < 16 && lo < 16 {
				room = append(room, hi<<4|lo)
				i += 2
				continue
			}
		}
		room = append(room, b[i])
	}
	return room
}

// nibble is the value of a hexadecimal digit, 255 for others.
func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// headerLower lowers the names of header lines and leaves their values.
func headerLower(room, b []byte) []byte {
	room = room[:0]
	name := true
	for _, c := range b {
		switch {
		case c == '\n':
			name = true
		case c == ':':
			name = false
		case name:
			c = lower(c)
		}
		room = append(room, c)
	}
	return room
}

// stripPseudo takes out the lines that begin with a colon.
func stripPseudo(room, b []byte) []byte {
	room = room[:0]
	for len(b) > 0 {
		line := b
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			line = b[:i+1]
		}
		if line[0] != ':' {
			room = append(room, line...)
		}
		b = b[len(line):]
	}
	return room
}

// domain is the name that was registered below the public suffix; nothing where there is none.
func domain(_, b []byte) []byte {
	n := len(b) - len(suffix(b)) - 1
	if n <= 0 {
		return nil
	}
	return b[bytes.LastIndexByte(b[:n], '.')+1:]
}

// tld is the public suffix.
func tld(_, b []byte) []byte { return b[len(b)-len(suffix(b)):] }

// suffix is the public suffix of a name in whatever case; only ASCII changes, so that it is as long as in b.
func suffix(b []byte) string {
	s, _ := publicsuffix.PublicSuffix(string(mapped(nil, b, lower)))
	return s
}
