package content

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what calls are written out to: how deep a group may stand in itself, and bytes in all.
const (
	maxCalls = 10
	maxSpelt = 32 << 10
)

// callee is a group that catches: its body is in[from:to].
type callee struct {
	name     string
	from, to int
}

// caller writes calls of groups out, (?1), (?R), (?&name), (?P>name), \g<1>: regexp and regexp2 have none (pcre2pattern, "Groups as subroutines").
type caller struct {
	in       string
	extended bool
	groups   []callee // by number, from 1; that at 0 is the whole
	called   bool
	depth    int
}

// spelt gives the expression with every call as a group of its own. A group within itself stands there as deep as has room, at most ten times;
// what a text nests deeper does not match.
func spelt(in string, extended bool) (string, error) {
	in, err := verbs(in)
	if err != nil || !strings.Contains(in, "(?") && !strings.Contains(in, `\g`) {
		return in, err
	}
	c := caller{in: in, extended: extended, depth: maxCalls}
	if c.survey(); !c.called {
		return in, nil
	}
	for ; c.depth > 0; c.depth-- {
		var out strings.Builder
		if err = c.write(&out, 0, len(in), 0, false); err != nil {
			return "", err
		}
		if out.Len() <= maxSpelt {
			return out.String(), nil
		}
	}
	return "", fmt.Errorf("groups that are called again come to more than %d bytes", maxSpelt)
}

// token is the length of what stands at i, as far as brackets and calls matter.
func (c *caller) token(i int) int {
	rest := c.in[i:]
	switch {
	case strings.HasPrefix(rest, `\Q`):
		if end := strings.Index(rest, `\E`); end > 0 {
			return end + 2
		}
		return len(rest)
	case rest[0] == '\\':
		return min(2, len(rest))
	case rest[0] == '[':
		return bracket(rest)
	case strings.HasPrefix(rest, "(?#"):
		return max(strings.IndexByte(rest, ')')+1, 3)
	case rest[0] == '#' && c.extended:
		if end := strings.IndexByte(rest, '\n'); end > 0 {
			return end + 1
		}
		return len(rest)
	}
	return 1
}

// bracket is the length of the class that s begins with.
func bracket(s string) int {
	i := 1
	if strings.HasPrefix(s[i:], "^") {
		i++
	}
	if strings.HasPrefix(s[i:], "]") {
		i++
	}
	for ; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], `\Q`):
			text, _, _ := strings.Cut(s[i:], `\E`)
			i += len(text) + 1
		case s[i] == '\\':
			i++
		case posixLen(s[i:]) > 0:
			i += posixLen(s[i:]) - 1
		case s[i] == ']':
			return i + 1
		}
	}
	return len(s)
}

// survey finds the groups that catch, and whether any is called.
func (c *caller) survey() {
	c.groups = []callee{{from: 0, to: len(c.in)}}
	var open []int // numbers of the groups that are open, -1 of those that do not catch
	for i, size := 0, 0; i < len(c.in); i += size {
		if _, size = callAt(c.in[i:]); size > 0 {
			c.called = true
			continue
		}
		size = c.token(i)
		if which := condition(c.in[i:]); which > 0 { // what is asked for is no group
			open = append(open, -1)
			size = which
			continue
		}
		switch head, name, catches := groupAt(c.in[i:]); {
		case c.in[i] == ')' && len(open) > 0:
			if n := open[len(open)-1]; n > 0 {
				c.groups[n].to = i
			}
			open = open[:len(open)-1]
		case head == 0 || strings.HasPrefix(c.in[i:], "(?#"):
		case catches:
			open = append(open, len(c.groups))
			c.groups = append(c.groups, callee{name: name, from: i + head, to: len(c.in)})
		default:
			open = append(open, -1)
		}
	}
}

// condition is the length of the (?(1), (?(<name>) or (?(DEFINE) that s begins with; 0: none, or one that asks by a group of its own.
func condition(s string) int {
	if !strings.HasPrefix(s, "(?(") || strings.HasPrefix(s, "(?(?") {
		return 0
	}
	return strings.IndexByte(s, ')') + 1
}

// groupAt is the length of the head of a group that s begins with, its name, and whether it catches.
func groupAt(s string) (head int, name string, catches bool) {
	if s[0] != '(' {
		return 0, "", false
	}
	if !strings.HasPrefix(s, "(?") {
		return 1, "", !strings.HasPrefix(s, "(*")
	}
	for _, h := range [...][2]string{{"(?P<", ">"}, {"(?<", ">"}, {"(?'", "'"}} {
		rest, ok := strings.CutPrefix(s, h[0])
		if !ok || rest == "" || strings.IndexByte("=!", rest[0]) >= 0 {
			continue
		}
		if end := strings.Index(rest, h[1]); end > 0 {
			return len(h[0]) + end + 1, rest[:end], true
		}
	}
	return 2, "", false
}

// callAt is the group that is called at the beginning of s, and the length of the call; 0: none.
func callAt(s string) (which string, n int) {
	for _, h := range [...][2]string{{"(?P>", ")"}, {"(?&", ")"}, {`\g<`, ">"}, {`\g'`, "'"}} {
		if rest, ok := strings.CutPrefix(s, h[0]); ok {
			if end := strings.Index(rest, h[1]); end > 0 {
				return rest[:end], len(h[0]) + end + 1
			}
		}
	}
	rest, ok := strings.CutPrefix(s, "(?")
	end := strings.IndexByte(rest, ')')
	if !ok || end <= 0 {
		return "", 0
	}
	if which = rest[:end]; which == "R" {
		return "0", len("(?R)")
	}
	if _, err := strconv.ParseInt(which, 10, 16); err != nil {
		return "", 0
	}
	return which, len("(?") + end + 1
}

// number is that of the group that is called after so many have begun.
func (c *caller) number(which string, begun int) (int, error) {
	n, err := strconv.Atoi(which)
	switch {
	case err != nil:
		n = c.named(which)
	case which[0] == '-':
		n += begun + 1
	case which[0] == '+':
		n += begun
	}
	if n < 0 || n == 0 && which != "0" || n >= len(c.groups) {
		return 0, fmt.Errorf("there is no group %q to call", which)
	}
	return n, nil
}

// named is the number of the first group of a name, 0 where there is none.
func (c *caller) named(name string) int {
	return 1 + slices.IndexFunc(c.groups[1:], func(g callee) bool { return g.name == name && name != "" })
}

// begun is how many groups that catch have begun before a place.
func (c *caller) begun(at int) (n int) {
	for _, s := range c.groups[1:] {
		if s.from <= at {
			n++
		}
	}
	return n
}

// write writes in[from:to]; inner groups of a call do not catch.
func (c *caller) write(out *strings.Builder, from, to, depth int, inner bool) error {
	for i := from; i < to && out.Len() <= maxSpelt; {
		if which, n := callAt(c.in[i:]); n > 0 {
			g, err := c.number(which, c.begun(i))
			if err != nil {
				return err
			}
			if err := c.call(out, c.groups[g], depth+1); err != nil {
				return err
			}
			i += n
			continue
		}
		if head, _, catches := groupAt(c.in[i:]); catches && inner {
			out.WriteString("(?:")
			i += head
			continue
		}
		n := min(c.token(i), to-i)
		if inner && refers(c.in[i:]) {
			return fmt.Errorf("a group that is called refers to what another has caught, which is not supported")
		}
		out.WriteString(c.in[i : i+n])
		i += n
	}
	return nil
}

// refers reports whether s begins with what asks for the text that a group has caught.
func refers(s string) bool {
	if len(s) > 1 && s[0] == '\\' {
		return s[1] >= '1' && s[1] <= '9' || s[1] == 'k' || s[1] == 'g'
	}
	return strings.HasPrefix(s, "(?P=") || condition(s) > 0 && !strings.HasPrefix(s, "(?(DEFINE)")
}

// call writes the body of a group; deeper than that has room nothing matches.
func (c *caller) call(out *strings.Builder, s callee, depth int) error {
	if depth > c.depth {
		out.WriteString("(*F)")
		return nil
	}
	out.WriteString("(?:")
	if err := c.write(out, s.from, s.to, depth, true); err != nil {
		return err
	}
	out.WriteByte(')')
	return nil
}

// idle are the verbs before an expression that ask for what is so here, or for limits that other bounds stand for (pcre2pattern, "Special
// start-of-pattern items").
var idle = []string{"NO_AUTO_POSSESS)", "NO_DOTSTAR_ANCHOR)", "NO_JIT)", "NO_START_OPT)", "LF)", "BSR_UNICODE)", "LIMIT_MATCH=", "LIMIT_DEPTH=", "LIMIT_HEAP=", "LIMIT_RECURSION="}

// verbs takes the idle ones off the beginning.
func verbs(in string) (string, error) {
	for isIdle(in) {
		end := strings.IndexByte(in, ')')
		if end < 0 {
			return "", fmt.Errorf("(* without )")
		}
		in = in[end+1:]
	}
	return in, nil
}

func isIdle(in string) bool {
	rest, ok := strings.CutPrefix(in, "(*")
	return ok && slices.ContainsFunc(idle, func(verb string) bool { return strings.HasPrefix(rest, verb) })
}
