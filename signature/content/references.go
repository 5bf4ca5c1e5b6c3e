package content

import (
	"fmt"
	"strconv"
	"strings"
)

// reference writes \g1, \g{1}, \g{-1}, \g{name}, \k<name>, \k{name}, \k'name'.
func (t *translator) reference(c byte) error {
	rest := t.in[t.i+2:]
	name, size := "", 0
	if rest != "" && strings.IndexByte("{<'", rest[0]) >= 0 {
		end := strings.IndexAny(rest[1:], "}>'")
		if end < 0 {
			return fmt.Errorf(`\%c without an end`, c)
		}
		name, size = rest[1:1+end], end+2
	} else {
		size = len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		name = rest[:size]
	}
	if c == 'g' && size > 0 && rest[0] != '{' && name != rest[:size] {
		return fmt.Errorf(`\g%s: that a group is called again is not supported`, rest[:size])
	}
	if err := t.backTo(name); err != nil {
		return err
	}
	t.i += 2 + size
	return nil
}

// backTo writes a back reference to a group by its number, by how many groups before it begins (-1), or by its name.
func (t *translator) backTo(name string) error {
	n, err := t.numberOf(name)
	if err != nil {
		return err
	}
	t.perl, t.refers = true, true
	if t.loose {
		t.put("(?s:.*)")
	} else {
		t.put(fmt.Sprintf(`(?:\%d)`, n))
	}
	return nil
}

// numberOf is the number of a group.
func (t *translator) numberOf(name string) (int, error) {
	n, err := strconv.Atoi(name)
	switch {
	case err != nil:
		n = t.named(name)
	case name[0] == '-':
		n += t.count + 1
	case name[0] == '+':
		n += t.count
	}
	if n <= 0 || n > 999 {
		return 0, fmt.Errorf("there is no group %q", name)
	}
	return n, nil
}

// named is the number of the group of a name, 0 where there is none.
func (t *translator) named(name string) int {
	c := caller{in: t.in, extended: t.flags.Extended}
	c.survey()
	return c.named(name)
}

// condition writes the beginning of (?(1)yes|no), (?(<name>)yes|no) and (?(?=what)yes|no). Where the condition is left out, either
// may follow, or nothing.
func (t *translator) condition(rest string, extended bool) error {
	if strings.HasPrefix(rest[3:], "?") { // what it asks of the text is the next group
		head := "(?"
		if t.loose {
			head = "(?:|"
		}
		t.begin(head, true, extended)
		t.i += len("(?")
		if look := t.in[t.i:]; !strings.HasPrefix(look, "(?=") && !strings.HasPrefix(look, "(?!") && !strings.HasPrefix(look, "(?<=") && !strings.HasPrefix(look, "(?<!") {
			return fmt.Errorf("%q is not a condition", clip(look))
		}
		return nil
	}
	end := strings.IndexByte(rest, ')')
	if end < 0 {
		return fmt.Errorf("(?( without )")
	}
	n, err := t.numberOf(strings.Trim(rest[3:end], "<>'"))
	if err != nil {
		return fmt.Errorf("(?(: %w", err)
	}
	t.refers = true
	head := fmt.Sprintf("(?(%d)", n)
	if t.loose {
		head = "(?:|"
	}
	t.begin(head, true, extended)
	t.i += end + 1
	return nil
}

func clip(s string) string { return s[:min(len(s), 8)] }
