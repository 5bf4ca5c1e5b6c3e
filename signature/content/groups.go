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
	case strings.HasPrefix(rest, "(?(DEFINE)"): // groups that are only called
		t.i += len("(?(DEFINE)")
		t.defines = append(t.defines, len(t.out))
		t.begin("(?:", false, extended)
		return nil
	case strings.HasPrefix(rest, "(?("):
		return t.condition(rest, extended)
	case strings.HasPrefix(rest, "(?|"):
		t.branches = true
		t.i += len("(?|")
		t.begin("(?:", false, extended)
		return nil
	case strings.HasPrefix(rest, "(*"):
		return t.verb(rest, extended)
	case strings.HasPrefix(rest, "(?"):
		return t.inline(rest, extended)
	}
	t.i += len(head)
	if perl {
		t.look(head, extended)
		return nil
	}
	t.count++
	t.begin(head, false, extended)
	return nil
}

// look begins a group that looks around or does not go back.
func (t *translator) look(head string, extended bool) {
	if t.loose {
		if head != "(?>" {
			t.dropped = append(t.dropped, len(t.out))
		}
		if head == "(?=" && len(t.groups) == 0 {
			t.looking = len(t.out)
		}
		head = "(?:"
	}
	t.begin(head, true, extended)
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

// verb writes (*F), which never matches, and look-around by its name.
func (t *translator) verb(rest string, extended bool) error {
	for _, v := range [...]string{"(*FAIL)", "(*F)"} {
		if strings.HasPrefix(rest, v) {
			t.i += len(v)
			t.set(&bytes256{}, false)
			return nil
		}
	}
	for _, v := range [...]struct{ names, head string }{
		{"pla positive_lookahead", "(?="}, {"nla negative_lookahead", "(?!"}, {"plb positive_lookbehind", "(?<="}, {"nlb negative_lookbehind", "(?<!"}, {"atomic", "(?>"},
	} {
		for name := range strings.FieldsSeq(v.names) {
			if strings.HasPrefix(rest, "(*"+name+":") {
				t.i += len("(*" + name + ":")
				t.look(v.head, extended)
				return nil
			}
		}
	}
	return fmt.Errorf("%q is not supported", clip(rest))
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
