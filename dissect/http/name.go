package http

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect/mail"
)

// fileName reads the name of a file in a Content-Disposition (RFC 6266 §4.3), and whether there is one: also as browsers take it that is
// not as it should be.
func fileName(disposition string) (string, bool) {
	if disposition == "" {
		return "", false
	}
	name, ok := mail.FileName(disposition)
	if !ok { // of a field without a type
		if _, rest, found := strings.Cut(disposition, "filename="); found {
			name, ok = mail.FileName("; filename=" + rest)
		}
	}
	return unescaped(name), ok
}

// unescaped undoes the escapes of addresses in a name, where they are of characters beyond ASCII: some programs write these so, and
// browsers read them.
func unescaped(name string) string {
	if strings.IndexByte(name, '%') < 0 {
		return name
	}
	plain, err := url.PathUnescape(name)
	if err != nil || !utf8.ValidString(plain) || len(plain) == utf8.RuneCountInString(plain) {
		return name
	}
	return plain
}
