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

// message tells whether the literal behind line is a whole message, or a piece of one from byte at on.
func message(dir dissect.Dir, line []byte) (at uint64, piece, ok bool) {
	up := bytes.ToUpper(line)
	i := bytes.LastIndexByte(up, '{')
	before := bytes.TrimRight(up[:i], " ")
	if dir == dissect.Orig { // the mailbox may be a literal, too
		return 0, false, bytes.Contains(up, []byte(" APPEND ")) && !bytes.HasSuffix(before, []byte(" APPEND"))
	}
	if j := bytes.LastIndexByte(before, '<'); j > 0 && before[len(before)-1] == '>' { // a part of it from a byte on
		n, err := strconv.ParseUint(string(before[j+1:len(before)-1]), 10, 63)
		if err != nil {
			return 0, false, false
		}
		at, piece, before = n, true, before[:j]
	}
	return at, piece, bytes.HasSuffix(before, []byte("BODY[]")) || bytes.HasSuffix(before, []byte("RFC822"))
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
