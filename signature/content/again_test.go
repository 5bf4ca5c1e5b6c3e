package content

import (
	"bytes"
	"testing"
)

// TestAgain holds that a pattern that is searched for once more sees what it passed over: only there ^ holds.
func TestAgain(t *testing.T) {
	for _, c := range []struct {
		pattern, text, next string
		yes                 bool
	}{
		{`^(?:a|b)`, "abX", "X", false}, {`^(?:a|b)`, "aX", "X", true}, {`(?:^a|b)`, "abX", "X", true}, {`(?:^a|^b|q)`, "abX", "X", false}, {`(?m)^[abc]`, "ab\nX", "X", false},
		{`(?m)^[abc]`, "ab\ncX", "X", true}, {`\b[abc]`, "a-bX", "X", true}, {`\b[abc]`, "abX", "X", false}, {`\B[abc]`, "abX", "X", true}, {`[a\xe9]`, "a\xe9\xe9X", "X", true},
		{`(a|b)+?`, "abX", "X", true}, {`\Ga`, "aaX", "X", false},
	} {
		p, err := NewPattern(c.pattern, Flags{})
		if err != nil {
			t.Fatal(err)
		}
		var s State
		s.Reset()
		ch := chain(p, &Content{Bytes: []byte(c.next), HasDistance: true, HasWithin: true, Within: Value{N: 1}})
		if got := ch.Match(&s, []byte(c.text)); got != c.yes {
			t.Errorf("/%s/ before %q in %q: %v", c.pattern, c.next, c.text, got)
		}
	}
}

// TestAgainCaught holds that groups of a later match are its own.
func TestAgainCaught(t *testing.T) {
	p, err := NewPattern(`(\w)=(\w)`, Flags{})
	if err != nil {
		t.Fatal(err)
	}
	p.Captures = []string{"k", "v"}
	var s State
	s.Reset()
	if !chain(p, &Content{Bytes: []byte("!"), HasDistance: true, HasWithin: true, Within: Value{N: 1}}).Match(&s, []byte("\xe9a=1,b=2!")) {
		t.Fatal("not found")
	}
	if n := len(s.Captures); n < 2 || string(s.Captures[n-2].Value) != "b" || string(s.Captures[n-1].Value) != "2" {
		t.Errorf("%q", s.Captures)
	}
}

// TestAgainBounded holds that a pattern that runs over much is not searched for at each place where it may stand.
func TestAgainBounded(t *testing.T) {
	p, err := NewPattern(`.+(?:script|onload)`, Flags{NoCase: true})
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	count := &Check{Do: func(*State, []byte, int) bool { tried++; return true }}
	after := &Content{Bytes: []byte("zzz"), HasDistance: true}
	var s State
	s.Reset()
	chain(p, count, after).Match(&s, bytes.Repeat([]byte("\x00\xff<script>\"='"), 400))
	if tried > 30 {
		t.Errorf("tried %d times", tried)
	}
	tried = 0
	short, _ := NewPattern(`scr[ij]pt`, Flags{})
	chain(short, count, after).Match(&s, bytes.Repeat([]byte("\x00\xff<script>\"='"), 400))
	if tried < 400 {
		t.Errorf("only %d of 400 places were tried", tried)
	}
}

// TestDear holds the same for a pattern behind a content that stands at many places.
func TestDear(t *testing.T) {
	for text, most := range map[string]int{`.+(?:script|onload)`: 200, `.+(?=onload|script)`: 200, `^.+?(?:onload|%%)`: 60, `^((?!%%).)+?(?:onload|%x)`: 200, `^scr`: 700} {
		p, err := NewPattern(text, Flags{})
		if err != nil {
			t.Fatal(err)
		}
		p.Relative = true
		tried := 0
		count := &Check{Do: func(*State, []byte, int) bool { tried++; return true }}
		var s State
		s.Reset()
		chain(&Content{Bytes: []byte("<")}, count, p, &Content{Bytes: []byte("zzz"), HasDistance: true}).Match(&s, bytes.Repeat([]byte("<script>"), 700))
		if tried > most || text == `^scr` && tried < most {
			t.Errorf("/%s/: tried %d times", text, tried)
		}
	}
}
