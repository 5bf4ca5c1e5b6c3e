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
		t.put(`[^\n]`)
		return nil
	case 'K': // the match begins later, and ends where it did
		t.i += 2
		t.atom = -1
		return nil
	case 'G':
		t.i += 2
		t.put(`\A`)
		return nil
	case 'C', 'X':
		return fmt.Errorf(`\%c is not supported`, c)
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
	s, err := t.char(false)
	if err != nil {
		return err
	}
	t.put(s)
	return nil
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
		t.put(code(text[i], t.slow))
	}
}

// code writes a byte so that it stands for itself anywhere.
func code(c byte, slow bool) string {
	if c >= 0x80 && !slow {
		return fmt.Sprintf(`\x{%02x}`, c)
	}
	return fmt.Sprintf(`\x%02x`, c)
}

// Classes that regexp or regexp2 lack or understand otherwise; without their brackets.
const (
	space    = ` \t\n\x0b\f\r`
	notSpace = `\x00-\x08\x0e-\x1f\x21-\x{ff}`
	word     = `0-9A-Za-z_`
	notWord  = `\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x{ff}`
	digit    = `0-9`
	notDigit = `\x00-\x2f\x3a-\x{ff}`
	blank    = `\t \x{a0}`
	notBlank = `\x00-\x08\x0a-\x1f\x21-\x{9f}\x{a1}-\x{ff}`
	vertical = `\n\x0b\f\r\x{85}`
	notVert  = `\x00-\x09\x0e-\x{84}\x{86}-\x{ff}`
)

// shorthand is the class of a letter behind a backslash.
func shorthand(c byte) string {
	switch c {
	case 's':
		return space
	case 'S':
		return notSpace
	case 'w':
		return word
	case 'W':
		return notWord
	case 'd':
		return digit
	case 'D':
		return notDigit
	case 'h':
		return blank
	case 'H':
		return notBlank
	case 'v':
		return vertical
	case 'V':
		return notVert
	}
	return ""
}

// numbers writes the numbers of Latin-1 as regexp2 reads them.
func (t *translator) numbers(s string) string {
	if !t.slow {
		return s
	}
	for _, n := range []string{"ff", "a0", "9f", "a1", "85", "84", "86"} {
		s = strings.ReplaceAll(s, `\x{`+n+"}", `\x`+n)
	}
	return s
}

// char writes one character or shorthand behind a backslash; within a class without brackets.
func (t *translator) char(class bool) (string, error) {
	c := t.in[t.i+1]
	t.i += 2
	if s := shorthand(c); s != "" {
		if s = t.numbers(s); class {
			return s, nil
		}
		return "[" + s + "]", nil
	}
	switch c {
	case 'n', 'r', 't', 'f':
		return `\` + string(c), nil
	case 'a':
		return `\x07`, nil
	case 'e':
		return `\x1b`, nil
	case 'b': // in a class
		return `\x08`, nil
	case 'c':
		if t.i >= len(t.in) {
			return "", fmt.Errorf(`\c at the end`)
		}
		t.i++
		return code(upperLetter(t.in[t.i-1])^0x40, t.slow), nil
	case 'x':
		return t.hex()
	case 'o':
		return t.octal()
	case 'p', 'P':
		return t.property(c)
	case 'u', 'L', 'l', 'U':
		return "", fmt.Errorf(`\%c is not supported`, c)
	}
	if c >= '0' && c <= '7' {
		n := t.in[t.i-1:]
		n = n[:min(3, len(n)-len(strings.TrimLeft(n, "01234567")))]
		v, _ := strconv.ParseUint(n, 8, 16)
		t.i += len(n) - 1
		return code(byte(v), t.slow), nil
	}
	return code(c, t.slow), nil
}

func upperLetter(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// hex writes \xh, \xhh or \x{hh}.
func (t *translator) hex() (string, error) {
	rest := t.in[t.i:]
	digits := rest
	if strings.HasPrefix(rest, "{") {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return "", fmt.Errorf(`\x{ without }`)
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
		return code(0, t.slow), nil
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || v > 255 {
		return "", fmt.Errorf(`\x%s is not a byte`, digits)
	}
	return code(byte(v), t.slow), nil
}

// octal writes \o{101}.
func (t *translator) octal() (string, error) {
	digits, _, closed := strings.Cut(strings.TrimPrefix(t.in[t.i:], "{"), "}")
	v, err := strconv.ParseUint(digits, 8, 8)
	if !strings.HasPrefix(t.in[t.i:], "{") || !closed || err != nil {
		return "", fmt.Errorf(`\o%s is not a byte`, clip(t.in[t.i:]))
	}
	t.i += len(digits) + 2
	return code(byte(v), t.slow), nil
}

// property writes \pL, \p{Lu}, \p{^L} and the same with P: general categories of Unicode, of the bytes as Latin-1.
func (t *translator) property(c byte) (string, error) {
	rest := t.in[t.i:]
	name, size := rest[:min(1, len(rest))], min(1, len(rest))
	if strings.HasPrefix(rest, "{") {
		end := max(strings.IndexByte(rest, '}'), 1)
		name, size = rest[1:end], end+1
	}
	if bare := strings.TrimPrefix(name, "^"); bare != name {
		name, c = bare, c^'p'^'P'
	}
	if name == "" || !strings.Contains(categories, " "+name+" ") {
		return "", fmt.Errorf(`\%c{%s} is not supported`, c, clip(name))
	}
	t.i += size
	return `\` + string(c) + "{" + name + "}", nil
}

// categories are the general ones that regexp and regexp2 know alike.
const categories = " L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs "
