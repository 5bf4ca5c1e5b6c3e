package content

import (
	"fmt"
	"strings"
)

// class writes […].
func (t *translator) class() error {
	t.i++
	negated := strings.HasPrefix(t.in[t.i:], "^")
	if negated {
		t.i++
	}
	c := classIn{translator: t}
	for first := true; ; first = false {
		if t.i >= len(t.in) {
			return fmt.Errorf("[ without ]")
		}
		if t.in[t.i] == ']' && !first && !c.quotes {
			break
		}
		if err := c.item(); err != nil {
			return err
		}
	}
	t.i++
	t.set(&c.bytes, negated)
	return nil
}

// classIn reads what stands in brackets.
type classIn struct {
	*translator
	bytes  bytes256
	quotes bool // between \Q and \E, which do not end at a ] alone
}

// item reads one byte, range or class.
func (c *classIn) item() error {
	rest := c.in[c.i:]
	if strings.HasPrefix(rest, `\E`) || strings.HasPrefix(rest, `\Q`) && !c.quotes {
		c.i, c.quotes = c.i+2, rest[1] == 'Q'
		return nil
	}
	low, single, err := c.member(&c.bytes)
	if err != nil || !strings.HasPrefix(c.in[c.i:], "-") || c.quotes || strings.HasPrefix(c.in[c.i:], "-]") {
		return err
	}
	c.i++
	var other bytes256
	high, ok, err := c.member(&other)
	if err == nil && (!single || !ok || low > high) {
		err = fmt.Errorf("%s ends a range in […] that is none", clip(c.in[c.i-1:]))
	}
	for x := int(low); err == nil && x <= int(high); x++ {
		c.bytes.add(byte(x))
	}
	return err
}

// member adds a byte or a class to a set; single tells a byte.
func (c *classIn) member(to *bytes256) (x byte, single bool, err error) {
	rest := c.in[c.i:]
	switch {
	case rest == "", rest == `\`:
		return 0, false, fmt.Errorf("[ without ]")
	case c.quotes, rest[0] != '\\' && posixLen(rest) == 0:
		c.i++
		to.add(rest[0])
		return rest[0], true, nil
	case rest[0] == '[':
		return 0, false, c.posix(to)
	}
	if all, err := c.shorthand(); err != nil || all != nil {
		to.join(all)
		return 0, false, err
	}
	if x, err = c.char(); err == nil {
		to.add(x)
	}
	return x, true, err
}

// posixLen is how long the [:name:], [.name.] or [=name=] is with which a class goes on; 0 when it is none, as [:] or [:a]b:] (pcre2pattern,
// POSIX character classes).
func posixLen(s string) int {
	if len(s) < 2 || s[0] != '[' || !strings.ContainsRune(":.=", rune(s[1])) {
		return 0
	}
	for i := 2; i+1 < len(s); i++ {
		switch {
		case s[i] == '\\' && (s[i+1] == ']' || s[i+1] == '\\'):
			i++
		case s[i] == ']', s[i] == '[' && s[i+1] == s[1]:
			return 0
		case s[i] == s[1] && s[i+1] == ']':
			return i + 2
		}
	}
	return 0
}

// posix adds [:name:] or [:^name:].
func (c *classIn) posix(to *bytes256) error {
	whole := c.in[c.i:][:posixLen(c.in[c.i:])]
	c.i += len(whole)
	name, negated := strings.CutPrefix(whole[2:len(whole)-2], "^")
	ranges, ok := posixClasses[name]
	if !ok || whole[1] != ':' {
		return fmt.Errorf("%s is not supported", clip(whole))
	}
	to.join(rangesOf(ranges).when(!negated))
	return nil
}

// posixClasses are the classes of pcre2pattern by their names, as rangesOf reads them.
var posixClasses = map[string]string{
	"alnum": "09AZaz", "alpha": "AZaz", "ascii": "\x00\x7f", "blank": "  \t\t", "cntrl": "\x00\x1f\x7f\x7f", "digit": "09", "graph": "!~",
	"lower": "az", "print": " ~", "punct": "!/:@[`{~", "space": "\t\r  ", "upper": "AZ", "word": "09AZaz__", "xdigit": "09AFaf",
}
