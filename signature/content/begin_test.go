package content

import (
	"testing"

	"pgregory.net/rapid"
)

// TestBeginnings holds that the look at the first byte turns down nothing that would match.
func TestBeginnings(t *testing.T) {
	for _, text := range []string{`^\s*?\)\s*\{`, `^(?:a|[^b-y]|\x00)z?`, `^a*b`, `^a*`, `^$`, `^\bfoo`, `^[\x80-\xff]+`, `^(?i)k.`, `^.`, `(?:^a|^\d)`, `^(?=a)[ab]`, `^(?P<v>\w)=(?P=v)`} {
		p, err := NewPattern(text, Flags{NoCase: len(text)%2 == 0})
		if err != nil {
			t.Fatal(text, err)
		}
		var s State
		s.left = maxSteps
		p.find(&s, nil, 0, 0) // compiles
		rapid.Check(t, func(t *rapid.T) {
			b := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("abkK) {=\n1"))), 0, 6).Draw(t, "b")
			keep := p.begins
			s.left = maxSteps
			_, _, got := p.find(&s, b, 0, 0)
			p.begins, s.left = nil, maxSteps
			_, _, want := p.find(&s, b, 0, 0)
			p.begins = keep
			if got != want {
				t.Fatalf("/%s/ in %q: %v, want %v", text, b, got, want)
			}
		})
	}
	p, _ := NewPattern(`^\s*\)`, Flags{})
	var s State
	p.find(&s, nil, 0, 0)
	if p.begins == nil || p.begins.has('x') || !p.begins.has(')') || !p.begins.has('\t') {
		t.Errorf("/%s/ begins with %v", p.Text, p.begins)
	}
}
