package content

import (
	"fmt"
	"strings"
)

// class writes […].
func (t *translator) class() error {
	t.put("[")
	t.i++
	if strings.HasPrefix(t.in[t.i:], "^") {
		t.out = append(t.out, '^')
		t.i++
	}
	first := true
	for ; t.i < len(t.in); first = false {
		c := t.in[t.i]
		switch {
		case c == ']' && !first:
			t.i++
			t.out = append(t.out, ']')
			return nil
		case posixName(t.in[t.i:]) != "":
			if err := t.posix(); err != nil {
				return err
			}
		case c == '\\':
			if t.i+1 >= len(t.in) {
				return fmt.Errorf("[ without ]")
			}
			if t.in[t.i+1] == 'E' || t.in[t.i+1] == 'Q' {
				t.i += 2
				continue
			}
			s, err := t.char(true)
			if err != nil {
				return err
			}
			t.write(s)
			t.dash(shorthand(t.in[t.i-1]) != "" && t.in[t.i-2] == '\\')
		case c == '-':
			t.i++
			if first || strings.HasPrefix(t.in[t.i:], "]") {
				t.write(`\-`)
			} else {
				t.write("-")
			}
		default:
			t.i++
			if c == '[' || c == ']' || c == '^' || c >= 0x80 || c == '&' || c == '~' {
				t.write(code(c, t.slow))
			} else {
				t.out = append(t.out, c)
			}
		}
	}
	return fmt.Errorf("[ without ]")
}

// dash writes a dash behind a shorthand as a dash, for no range can begin there.
func (t *translator) dash(after bool) {
	if after && strings.HasPrefix(t.in[t.i:], "-") {
		t.i++
		t.write(`\-`)
	}
}

// posixName is the name of [:name:] that s begins with; "" where it is none, and [ a character like others.
func posixName(s string) string {
	rest, opens := strings.CutPrefix(s, "[:")
	end := strings.Index(rest, ":]")
	if !opens || end < 0 || strings.Trim(rest[:end], "^abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return rest[:end]
}

// posix writes [:name:] within a class.
func (t *translator) posix() error {
	name := posixName(t.in[t.i:])
	t.i += len("[::]") + len(name)
	s, ok := map[string]string{"alnum": "0-9A-Za-z", "alpha": "A-Za-z", "digit": digit, "xdigit": "0-9A-Fa-f", "space": space, "word": word,
		"upper": "A-Z", "lower": "a-z", "punct": `!-/:-@\[-` + "`" + `{-~`, "blank": ` \t`, "cntrl": `\x00-\x1f\x7f`, "print": ` -~`, "graph": `!-~`}[name]
	if !ok {
		return fmt.Errorf("[:%s:] is not supported", name)
	}
	t.write(s)
	return nil
}
