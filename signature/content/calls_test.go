package content

import (
	"strings"
	"testing"
)

// TestCalls holds groups that are called again, themselves within themselves too, and verbs.
func TestCalls(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		yes           bool
	}{
		{`(a|b)-(?1)-(?1)`, "a-b-a", true}, {`(a|b)-(?1)`, "a-c", false}, {`^(?1)x(\d+)$`, "12x345", true}, {`^(?1)x(\d+)$`, "x345", false},
		{`(?<n>[0-9]{1,3})(?:\.(?&n)){3}`, "at 10.0.0.7.", true}, {`(?P<n>[0-9]+)\.(?P>n)$`, "10.x", false}, {`(ab)\g<1>`, "abab", true}, {`(ab)\g'1'c`, "abc", false},
		{`(a)(?-1)(?+1)(b)`, "aabb", true}, {`^(\((?:[^()]|(?1))*\))$`, "(a(b)(c(d)))", true}, {`^(\((?:[^()]|(?1))*\))$`, "(a(b)", false},
		{`^\((?:[^()]|(?R))*\)`, "(a)", true}, {`x(?:[^()]|\((?R)\))`, "x(xy)", true}, {`(?i)(evil)=(?1)`, "EVIL=evil", true},
		{`(?(DEFINE)(?<byte>25[0-5]|1?\d?\d))^(?&byte)\.(?&byte)$`, "192.168", true}, {`(?(DEFINE)(?<byte>\d))^(?&byte)$`, "a", false}, {`(?(DEFINE)(x))(a)\2`, "aa", true},
		{`(a)?(?(1)b|c)(x|y)(?2)`, "abxy", true}, {`(a)?(?(1)b|c)(?<w>x|y)(?&w)(?-1)$`, "cxyx", true},
		{`([)]\))(?1)`, `)))`, false}, {`([)]\))(?1)`, `))))`, true}, {`(\Q(?1)\E)(?1)`, "(?1)(?1)", true}, {`(a(b))(?1)\2`, "ababb", true},
		{`(a)(?#(?1)b`, "ab", true}, {`(*NO_JIT)(*LIMIT_MATCH=10)^a`, "ab", true}, {`a(*F)|b`, "b", true}, {`a(*FAIL)|b`, "a", false},
		{`(*pla:ab)a.c`, "abc", true}, {`a(*negative_lookahead:b)`, "ab", false}, {`(*atomic:a+)ab`, "aaab", false}, {`(*plb:a)b`, "cb", false},
	} {
		p, err := NewPattern(c.pattern, Flags{})
		if err != nil {
			t.Error(err)
			continue
		}
		var s State
		if _, _, got := p.find(&s, []byte(c.text), 0, 0); got != c.yes {
			t.Errorf("/%s/ on %q: %v", c.pattern, c.text, got)
		}
	}
}

// TestCallsDeep holds that depth and size are bounded.
func TestCallsDeep(t *testing.T) {
	p, err := NewPattern(`^(\((?1)*\))$`, Flags{})
	if err != nil {
		t.Fatal(err)
	}
	for depth, want := range map[int]bool{1: true, 10: true, 11: true, 12: false} {
		var s State
		if _, _, got := p.find(&s, []byte(strings.Repeat("(", depth)+strings.Repeat(")", depth)), 0, 0); got != want {
			t.Errorf("%d deep: %v", depth, got)
		}
	}
	if p, err = NewPattern(`(a(?1)?b(?1)?c)`, Flags{}); err != nil || len(p.source) > 2*maxSpelt {
		t.Error(len(p.source), err)
	}
	if _, err = NewPattern("("+strings.Repeat(`x(?1)?`, 8000)+")", Flags{}); err == nil {
		t.Error("a pattern of any size is written out")
	}
}

// TestCallsRefused holds what is said of calls and verbs that are not understood.
func TestCallsRefused(t *testing.T) {
	for pattern, why := range map[string]string{`(a)(?2)`: "no group", `(a)(?-2)`: "no group", `(?&nobody)`: "no group", `((a)\2)(?1)`: "caught", `a(*SKIP)b`: "not supported", `(*UTF)a`: "not supported", `(?(1`: "without"} {
		if _, err := NewPattern(pattern, Flags{}); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("/%s/: %v", pattern, err)
		}
	}
}
