package imap

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// announced reads the size of a literal at the end of a line: "{310}", "{310+}".
func announced(line []byte) (uint64, bool) {
	if len(line) < 3 || line[len(line)-1] != '}' {
		return 0, false
	}
	i := bytes.LastIndexByte(line, '{')
	if i < 0 {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(string(line[i+1:len(line)-1]), "+"), 10, 63)
	return n, err == nil && n < maxLiteral
}

// message tells whether the literal behind line is a whole message.
func message(dir dissect.Dir, line []byte) bool {
	up := bytes.ToUpper(line)
	if dir == dissect.Orig {
		return bytes.Contains(up, []byte(" APPEND "))
	}
	i := bytes.LastIndexByte(up, '{')
	up = bytes.TrimRight(up[:i], " ")
	if j := bytes.LastIndexByte(up, '<'); j > 0 && up[len(up)-1] == '>' { // a part of it from a byte on
		if string(up[j:]) != "<0>" {
			return false
		}
		up = up[:j]
	}
	return bytes.HasSuffix(up, []byte("BODY[]")) || bytes.HasSuffix(up, []byte("RFC822"))
}

// word is the first string of the arguments: bare, quoted, or a literal with its announcement.
func word(s string) string {
	if strings.HasPrefix(s, `"`) {
		s, _, _ = strings.Cut(s[1:], `"`)
		return s
	}
	if strings.HasPrefix(s, "{") {
		_, s, _ = strings.Cut(s, "}")
	}
	s, _, _ = strings.Cut(s, " ")
	return s
}
