package content

import (
	"fmt"
	"strings"
)

// open writes the beginning of a group.
func (t *translator) open() error {
	rest := t.in[t.i:]
	extended := t.extended[len(t.extended)-1]
	head, perl := "(", false
	switch {
	case strings.HasPrefix(rest, "(?#"):
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return fmt.Errorf("comment (?# without )")
		}
		t.i += end + 1
		return nil
	case strings.HasPrefix(rest, "(?="), strings.HasPrefix(rest, "(?!"), strings.HasPrefix(rest, "(?>"):
		head, perl = rest[:3], true
	case strings.HasPrefix(rest, "(?<="), strings.HasPrefix(rest, "(?<!"):
		head, perl = rest[:4], true
	case strings.HasPrefix(rest, "(?P="):
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return fmt.Errorf("(?P= without )")
		}
		if err := t.backTo(rest[4:end]); err != nil {
			return err
		}
		t.i += end + 1
		return nil
	case strings.HasPrefix(rest, "(?P<"), strings.HasPrefix(rest, "(?<"), strings.HasPrefix(rest, "(?'"):
		return t.namedGroup(rest)
	case strings.HasPrefix(rest, "(?("):
		return t.condition(rest, extended)
	case strings.HasPrefix(rest, "(?|"):
		t.branches = true
		t.i += len("(?|")
		t.begin("(?:", false, extended)
		return nil
	case calls(rest):
		return fmt.Errorf("%q: that a group is called again is not supported", rest[:min(4, len(rest))])
	case strings.HasPrefix(rest, "(*"):
		return fmt.Errorf("%q is not supported", rest[:min(4, len(rest))])
	case strings.HasPrefix(rest, "(?"):
		return t.inline(rest, extended)
	}
	t.i += len(head)
	if head == "(" {
		t.count++
	}
	if t.loose && perl {
		if head != "(?>" {
			t.dropped = append(t.dropped, len(t.out))
		}
		if head == "(?=" && len(t.groups) == 0 {
			t.looking = len(t.out)
		}
		head = "(?:"
	}
	t.begin(head, perl, extended)
	return nil
}

// setAside keeps what the group that ends here looks ahead to, if each match must look so.
func (t *translator) setAside() {
	at := t.groups[len(t.groups)-1]
	rest := t.in[t.i+1:]
	if at == t.looking && len(t.groups) == 1 && (rest == "" || strings.IndexByte("?*{", rest[0]) < 0) {
		t.aheads = append(t.aheads, string(t.out[at:]))
	}
}

// ahead are the outlines of what each match looks ahead to.
func (t *translator) ahead() (out []string) {
	if t.mixed || t.flags.Extended {
		return nil
	}
	for _, a := range t.aheads {
		out = append(out, "(?"+t.letters()+")"+a)
	}
	return out
}

// calls reports whether a group is called again: (?R), (?1), (?-1), (?&name), (?P>name).
func calls(s string) bool {
	if len(s) > 3 && (s[2] == '-' || s[2] == '+') && '0' <= s[3] && s[3] <= '9' {
		return true
	}
	return len(s) > 2 && s[1] == '?' && strings.IndexByte("R&0123456789", s[2]) >= 0 || strings.HasPrefix(s, "(?P>")
}

func (t *translator) begin(head string, perl, extended bool) {
	t.perl = t.perl || perl
	t.groups = append(t.groups, len(t.out))
	t.extended = append(t.extended, extended)
	t.write(head)
	t.atom = -1
}

// namedGroup writes (?P<name>…) and its relatives.
func (t *translator) namedGroup(rest string) error {
	from := strings.IndexAny(rest, "<'") + 1
	end := strings.IndexAny(rest[from:], ">'")
	if end < 0 {
		return fmt.Errorf("group name without >")
	}
	name := rest[from : from+end]
	head := "(?P<" + name + ">"
	if t.slow {
		head = "(" // .NET counts named groups after the others
	}
	t.count++
	t.begin(head, false, t.extended[len(t.extended)-1])
	t.i += from + end + 1
	return nil
}

// inline writes (?i), (?i:…), (?-i), (?:…).
func (t *translator) inline(rest string, extended bool) error {
	end := strings.IndexAny(rest, ":)")
	if end < 0 {
		return fmt.Errorf("(? without )")
	}
	var letters []byte
	off := false
	for _, c := range []byte(rest[2:end]) {
		switch c {
		case 'i', 's', 'm':
			letters = append(letters, c)
		case '-':
			off = true
			letters = append(letters, c)
		case 'x':
			extended = !off
		case 'U':
			if t.slow {
				return fmt.Errorf("(?U is not supported here")
			}
			letters = append(letters, c)
		case 'J':
		default:
			return fmt.Errorf("%q is not supported", rest[:end+1])
		}
	}
	text := strings.TrimSuffix(string(letters), "-")
	t.i += end + 1
	if rest[end] == ':' {
		t.begin("(?"+text+":", false, extended)
		return nil
	}
	t.extended[len(t.extended)-1] = extended
	if text != "" {
		t.mixed = true
		t.write("(?" + text + ")")
	}
	t.atom = -1
	return nil
}
