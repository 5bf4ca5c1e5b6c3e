package content

import (
	"fmt"
	"strconv"
	"strings"
)

// escape writes what stands behind a backslash, outside of a class.
func (t *translator) escape() error {
	if t.i+1 >= len(t.in) {
		return fmt.Errorf(`\ at the end`)
	}
	c := t.in[t.i+1]
	switch c {
	case 'b', 'B', 'A', 'z':
		t.i += 2
		if s := boundaries[c]; s != "" && t.slow {
			t.put(s)
			return nil
		}
		t.put(`\` + string(c))
		return nil
	case 'Z':
		t.i += 2
		if t.slow {
			t.put(`\Z`)
		} else {
			t.put(`(?:\n?\z)`)
		}
		return nil
	case 'Q':
		t.quoted()
		return nil
	case 'E':
		t.i += 2
		return nil
	case 'R':
		t.i += 2
		t.put(`(?:\r\n|[\n\x0b\f\r\x85])`)
		return nil
	case 'N':
		t.i += 2
		t.set(newline256, true)
		return nil
	case 'K': // the match begins later, and ends where it did
		t.i += 2
		t.atom = -1
		return nil
	case 'G':
		t.i += 2
		t.put(`\A`)
		return nil
	case 'C':
		t.i += 2
		t.set(&bytes256{}, true)
		return nil
	case 'k', 'g':
		return t.reference(c)
	}
	if c >= '1' && c <= '9' {
		n := t.in[t.i+1:]
		n = n[:len(n)-len(strings.TrimLeft(n, "0123456789"))]
		if v, _ := strconv.Atoi(n); v < 10 || v <= strings.Count(t.in, "(") {
			t.i += 1 + len(n)
			return t.backTo(n)
		}
	}
	if all, err := t.shorthand(); err != nil || all != nil {
		if err == nil && c|0x20 == 'p' { // whose letters have their case
			t.put("(?-i:" + t.brackets(all, false) + ")")
		} else if err == nil {
			t.set(all, false)
		}
		return err
	}
	x, err := t.char()
	if err != nil {
		return err
	}
	t.byte(x)
	return nil
}

// boundaries are \b and \B for regexp2, to which letters of Latin-1 are parts of words.
var boundaries = map[byte]string{
	'b': `(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))`,
	'B': `(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))`,
}

// quoted writes \Q…\E.
func (t *translator) quoted() {
	rest := t.in[t.i+2:]
	text, _, closed := strings.Cut(rest, `\E`)
	t.i += 2 + len(text)
	if closed {
		t.i += 2
	}
	for i := range len(text) {
		t.byte(text[i])
	}
}

// char reads the byte that stands behind a backslash.
func (t *translator) char() (byte, error) {
	c := t.in[t.i+1]
	t.i += 2
	switch c {
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'f':
		return '\f', nil
	case 'a':
		return 7, nil
	case 'e':
		return 0x1b, nil
	case 'b': // in a class
		return 8, nil
	case 'c':
		if t.i >= len(t.in) {
			return 0, fmt.Errorf(`\c at the end`)
		}
		t.i++
		return upperLetter(t.in[t.i-1]) ^ 0x40, nil
	case 'x':
		return t.hex()
	case 'o':
		return t.octal()
	}
	if c >= '0' && c <= '7' {
		n := t.in[t.i-1:]
		n = n[:min(3, len(n)-len(strings.TrimLeft(n, "01234567")))]
		v, _ := strconv.ParseUint(n, 8, 16)
		t.i += len(n) - 1
		return byte(v), nil
	}
	if l := c | 0x20; 'a' <= l && l <= 'z' {
		return 0, unsupported{`\` + string(c)}
	}
	return c, nil
}

func upperLetter(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// hex reads \xh, \xhh or \x{hh}.
func (t *translator) hex() (byte, error) {
	rest := t.in[t.i:]
	digits := rest
	if strings.HasPrefix(rest, "{") {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return 0, fmt.Errorf(`\x{ without }`)
		}
		digits = rest[1:end]
		t.i += end + 1
	} else {
		n := 0
		for n < 2 && n < len(rest) && strings.IndexByte("0123456789abcdefABCDEF", rest[n]) >= 0 {
			n++
		}
		digits = rest[:n]
		t.i += n
	}
	if digits == "" {
		return 0, nil
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || v > 255 {
		return 0, fmt.Errorf(`\x%s is not a byte`, digits)
	}
	return byte(v), nil
}

// octal reads \o{101}.
func (t *translator) octal() (byte, error) {
	digits, _, closed := strings.Cut(strings.TrimPrefix(t.in[t.i:], "{"), "}")
	v, err := strconv.ParseUint(digits, 8, 8)
	if !strings.HasPrefix(t.in[t.i:], "{") || !closed || err != nil {
		return 0, fmt.Errorf(`\o%s is not a byte`, clip(t.in[t.i:]))
	}
	t.i += len(digits) + 2
	return byte(v), nil
}
