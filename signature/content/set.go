package content

import (
	"fmt"
	"strings"
	"unicode"
)

// bytes256 is a set of bytes.
type bytes256 [4]uint64

func (s *bytes256) has(c byte) bool { return s[c/64]&(1<<(c%64)) != 0 }
func (s *bytes256) add(c byte)      { s[c/64] |= 1 << (c % 64) }

// join adds another set; nil adds nothing.
func (s *bytes256) join(other *bytes256) {
	for i := range s {
		if other != nil {
			s[i] |= other[i]
		}
	}
}

// when is the set itself, or all that is not in it.
func (s *bytes256) when(in bool) *bytes256 {
	if in {
		return s
	}
	return &bytes256{^s[0], ^s[1], ^s[2], ^s[3]}
}

// rangesOf are the bytes of ranges, each by its first and its last one.
func rangesOf(ends string) *bytes256 {
	var s bytes256
	for i := 0; i+1 < len(ends); i += 2 {
		for c := int(ends[i]); c <= int(ends[i+1]); c++ {
			s.add(byte(c))
		}
	}
	return &s
}

// Classes that regexp or regexp2 lack or understand otherwise: those of the locale "C".
var (
	digits256   = rangesOf("09")
	spaces256   = rangesOf("\t\r  ")
	words256    = rangesOf("09AZaz__")
	blanks256   = rangesOf("\t\t  \xa0\xa0")
	vertical256 = rangesOf("\n\r\x85\x85")
	newline256  = rangesOf("\n\n")
)

// shorthand reads the class that a backslash and a letter stand for; nil, and nothing read, when it is none.
func (t *translator) shorthand() (*bytes256, error) {
	c := t.in[t.i+1]
	all := map[byte]*bytes256{'d': digits256, 's': spaces256, 'w': words256, 'h': blanks256, 'v': vertical256}[c|0x20]
	switch {
	case c == 'p' || c == 'P':
		t.i += 2
		return t.property(c)
	case all == nil:
		return nil, nil
	}
	t.i += 2
	return all.when(c >= 'a'), nil
}

// property reads L, {Lu} or {^L} behind \p, and the same behind \P: general categories of Unicode, of the bytes as Latin-1.
func (t *translator) property(c byte) (*bytes256, error) {
	rest := t.in[t.i:]
	name, size := rest[:min(1, len(rest))], min(1, len(rest))
	if strings.HasPrefix(rest, "{") {
		end := max(strings.IndexByte(rest, '}'), 1)
		name, size = rest[1:end], end+1
	}
	in := c == 'p'
	if bare := strings.TrimPrefix(name, "^"); bare != name {
		name, in = bare, !in
	}
	table := unicode.Categories[name]
	if table == nil {
		return nil, unsupported{`\` + string(c) + "{" + clip(name) + "}"}
	}
	t.i += size
	var s bytes256
	for x := range 256 {
		if unicode.Is(table, rune(x)) {
			s.add(byte(x))
		}
	}
	return s.when(in), nil
}

// unsupported is what stands in an expression and cannot be had.
type unsupported struct{ what string }

func (e unsupported) Error() string { return e.what + " is not supported" }

// set writes a class. Bytes from 0x80 on have no case here, as in the locale "C", while regexp and regexp2 take them for letters of
// Latin-1: where case may not count, some of them stand in a group of their own.
func (t *translator) set(s *bytes256, negated bool) {
	t.atom = len(t.out)
	high, low := *s.when(!negated), *s
	high[0], high[1] = 0, 0
	if !t.folds || high[2]|high[3] == 0 || high[2]&high[3] == ^uint64(0) {
		t.write(t.brackets(s, negated))
		return
	}
	low[2], low[3] = 0, 0
	if negated {
		low[2], low[3] = ^uint64(0), ^uint64(0)
	}
	t.write("(?:" + t.brackets(&low, negated) + "|(?-i:" + t.brackets(&high, false) + "))")
}

// brackets are the bytes of a set in brackets.
func (t *translator) brackets(s *bytes256, negated bool) string {
	if *s == (bytes256{}) { // for which there is no […]
		s, negated = s.when(false), !negated
	}
	out := "["
	if negated {
		out += "^"
	}
	for c := 0; c < 256; c++ {
		if !s.has(byte(c)) {
			continue
		}
		first := c
		for c < 255 && s.has(byte(c+1)) {
			c++
		}
		out += code(byte(first), t.slow)
		if c > first {
			out += "-" + code(byte(c), t.slow)
		}
	}
	return out + "]"
}

// byte writes a byte that stands for itself.
func (t *translator) byte(c byte) {
	if c >= 0x80 && t.folds {
		t.put("(?-i:" + code(c, t.slow) + ")")
		return
	}
	t.put(code(c, t.slow))
}

// code is a byte so that it stands for itself anywhere.
func code(c byte, slow bool) string {
	if c >= 0x80 && !slow {
		return fmt.Sprintf(`\x{%02x}`, c)
	}
	return fmt.Sprintf(`\x%02x`, c)
}
