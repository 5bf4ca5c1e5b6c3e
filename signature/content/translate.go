package content

import (
	"fmt"
	"regexp"
	"strings"
)

// translator writes a regular expression of Perl in the words of regexp or regexp2.
type translator struct {
	in    string
	flags Flags

	perl  bool // look-around, back references, atomic groups: regexp cannot do it
	slow  bool // writing for regexp2
	folds bool // case does not count, at least somewhere
	loose bool // writing for regexp what matches at least wherever the expression does

	i        int
	out      []byte
	atom     int   // where the last atom begins in out, -1: none
	groups   []int // where open groups begin in out
	dropped  []int // of them, those that are left out
	defines  []int // of them, those that are only called
	extended []bool
	looking  int      // where the last group that looks ahead, and is in no other, begins in out
	aheads   []string // what such groups look ahead to
	mixed    bool     // a match need not look so: there are alternatives, or flags set on the way
	count    int      // groups that catch and have begun
	refers   bool     // to a group by its number
	branches bool     // groups of (?| share their numbers, which no other group here does
}

// foldsInside is (?i), (?s-i: or the like.
var foldsInside = regexp.MustCompile(`\(\?[a-zA-Z^-]*i`)

// translate writes the whole expression.
func (t *translator) translate(slow bool) (string, error) {
	t.slow, t.i, t.out, t.atom, t.groups, t.dropped = slow, 0, t.out[:0], -1, t.groups[:0], t.dropped[:0]
	t.defines = t.defines[:0]
	t.looking, t.aheads, t.mixed = -1, nil, false
	t.count, t.refers, t.branches = 0, false, false
	t.extended = append(t.extended[:0], t.flags.Extended)
	t.folds = t.flags.NoCase || foldsInside.MatchString(t.in)
	t.prefix()
	for t.i < len(t.in) {
		if err := t.next(); err != nil {
			return "", fmt.Errorf("regular expression /%s/: %w", t.in, err)
		}
	}
	if len(t.groups) > 0 {
		return "", fmt.Errorf("regular expression /%s/: ( without )", t.in)
	}
	if t.branches && t.refers {
		return "", fmt.Errorf("regular expression /%s/: (?| beside references to groups is not supported", t.in)
	}
	if t.flags.Anchored {
		t.out = append(t.out, ')')
	}
	return string(t.out), nil
}

func (t *translator) prefix() {
	if letters := t.letters(); letters != "" {
		t.write("(?" + letters + ")")
	}
	if t.flags.Anchored {
		t.write(`\A(?:`)
	}
}

// letters are the flags that hold from the beginning.
func (t *translator) letters() string {
	letters := ""
	if t.flags.NoCase {
		letters += "i"
	}
	if t.flags.DotAll {
		letters += "s"
	}
	if t.flags.Multiline {
		letters += "m"
	}
	if t.flags.Ungreedy && !t.slow {
		letters += "U"
	}
	return letters
}

// startsAnchored reports that the expression begins with ^ or \A and has no alternatives.
func (t *translator) startsAnchored() bool {
	if t.flags.Multiline || strings.ContainsRune(t.in, '|') {
		return false
	}
	return strings.HasPrefix(t.in, "^") || strings.HasPrefix(t.in, `\A`)
}

func (t *translator) write(s string) { t.out = append(t.out, s...) }

// put writes one atom.
func (t *translator) put(s string) {
	t.atom = len(t.out)
	t.write(s)
}

func (t *translator) next() error {
	c := t.in[t.i]
	if t.extended[len(t.extended)-1] && t.skipped(c) {
		return nil
	}
	switch c {
	case '\\':
		return t.escape()
	case '[':
		return t.class()
	case '(':
		return t.open()
	case ')':
		if len(t.groups) == 0 {
			return fmt.Errorf(") without (")
		}
		t.out = append(t.out, ')')
		t.atom = t.groups[len(t.groups)-1]
		if n := len(t.dropped); n > 0 && t.dropped[n-1] == t.atom {
			t.dropped = t.dropped[:n-1]
			t.setAside()
			t.out = append(t.out[:t.atom], "(?:)"...)
		}
		if n := len(t.defines); n > 0 && t.defines[n-1] == t.atom {
			t.defines = t.defines[:n-1]
			t.write("{0}")
		}
		t.groups = t.groups[:len(t.groups)-1]
		t.extended = t.extended[:len(t.extended)-1]
		t.i++
	case '*', '+', '?':
		return t.quantifier(t.in[t.i : t.i+1])
	case '{':
		if q := braces(t.in[t.i:]); q != "" {
			return t.quantifier(q)
		}
		t.i++
		t.put(`\{`)
	case '}', ']':
		t.i++
		t.put(`\` + string(c))
	case '$':
		t.i++
		t.dollar()
	case '|':
		t.i++
		t.out = append(t.out, '|')
		t.atom = -1
		t.mixed = t.mixed || len(t.groups) == 0
	default:
		t.i++
		t.literal(c)
	}
	return nil
}

// literal writes a byte that stands for itself, or ^ and the dot.
func (t *translator) literal(c byte) {
	switch {
	case c >= 0x80:
		t.byte(c)
	case c == '.' && t.slow && !t.flags.DotAll:
		t.put(".")
	default:
		t.put(string(c))
	}
}

// dollar is the end, or the place before a newline at the end.
func (t *translator) dollar() {
	switch {
	case t.flags.Multiline || t.slow && !t.flags.EndOnly:
		t.put("$")
	case t.flags.EndOnly:
		t.put(`\z`)
	default:
		t.put(`(?:\n?\z)`)
	}
}

// skipped passes over white space and comments of the extended form.
func (t *translator) skipped(c byte) bool {
	if c == '#' {
		for t.i < len(t.in) && t.in[t.i] != '\n' {
			t.i++
		}
		return true
	}
	if c == ' ' || c >= '\t' && c <= '\r' {
		t.i++
		return true
	}
	return false
}

// braces is the quantifier {n}, {n,}, {n,m} or {,m} (PCRE2 10.43) that s begins with.
func braces(s string) string {
	end := strings.IndexByte(s, '}')
	if end < 2 {
		return ""
	}
	low, high, _ := strings.Cut(s[1:end], ",")
	if low == "" && high == "" || strings.Trim(low, "0123456789") != "" || strings.Trim(high, "0123456789") != "" {
		return ""
	}
	return s[:end+1]
}

// quantifier writes q with its ? or +; a possessive one becomes an atomic group.
func (t *translator) quantifier(q string) error {
	if t.atom < 0 {
		return fmt.Errorf("%s with nothing to repeat", clip(q))
	}
	t.i += len(q)
	if strings.HasPrefix(q, "{,") {
		q = "{0" + q[1:]
	}
	lazy := false
	if t.i < len(t.in) && t.in[t.i] == '+' {
		t.i++
		t.perl = true
		atom := string(t.out[t.atom:])
		t.out = t.out[:t.atom]
		if t.loose {
			t.write("(?:" + atom + q + ")")
		} else {
			t.write("(?>" + atom + q + ")")
		}
		return nil
	}
	if t.i < len(t.in) && t.in[t.i] == '?' {
		t.i++
		lazy = true
	}
	t.write(q)
	if lazy != (t.slow && t.flags.Ungreedy) {
		t.write("?")
	}
	if t.i < len(t.in) && (strings.IndexByte("*+?", t.in[t.i]) >= 0 || braces(t.in[t.i:]) != "") { // (a*)+ may be written a*+ only with brackets
		atom := string(t.out[t.atom:])
		t.out = t.out[:t.atom]
		t.write("(?:" + atom + ")")
	}
	return nil
}
