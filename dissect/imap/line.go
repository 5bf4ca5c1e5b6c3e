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

// content is what a literal is of: a message, one part of it, or a piece of either.
type content struct {
	section string // "" all of it, "TEXT" all behind its fields, "1.2" a part
	decoded bool   // as RFC 3516 gives parts
	at      uint64 // its first byte
	piece   bool
}

// message tells what of a message the literal behind line is, if it is of one.
func message(dir dissect.Dir, line []byte) (c content, ok bool) {
	up := bytes.ToUpper(line)
	i := bytes.LastIndexByte(up, '{')
	before := bytes.TrimRight(up[:i], " ~")
	if dir == dissect.Orig { // the mailbox may be a literal, too
		return c, bytes.Contains(up, []byte(" APPEND ")) && !bytes.HasSuffix(before, []byte(" APPEND"))
	}
	if j := bytes.LastIndexByte(before, '<'); j > 0 && before[len(before)-1] == '>' { // a part of it from a byte on
		n, err := strconv.ParseUint(string(before[j+1:len(before)-1]), 10, 63)
		if err != nil {
			return c, false
		}
		c.at, c.piece, before = n, true, before[:j]
	}
	before = before[bytes.LastIndexAny(before, " (")+1:]
	switch string(before) {
	case "BODY[]", "BINARY[]", "RFC822":
		return c, true
	case "BODY[TEXT]", "RFC822.TEXT":
		c.section = "TEXT"
		return c, true
	}
	name, section, _ := strings.Cut(string(before), "[")
	c.section, ok = strings.CutSuffix(section, "]")
	c.decoded = name == "BINARY"
	return c, ok && (c.decoded || name == "BODY") && strings.Trim(c.section, "0123456789.") == ""
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
