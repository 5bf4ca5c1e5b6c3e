package content

import "testing"

// TestReferences holds what refers to groups, and what only a few patterns use, against Perl's meaning of it.
func TestReferences(t *testing.T) {
	for _, c := range []struct {
		text    string
		yes, no []string
	}{
		{`foo\Kbar`, []string{"foobar"}, []string{"bar", "foo bar"}},
		{`^(<)?a(?(1)>|!)$`, []string{"<a>", "a!"}, []string{"<a!", "a>", "<a"}},
		{`^(?<q>")?\w+(?(<q>)")$`, []string{`"a"`, `a`}, []string{`"a`, `a"`}},
		{`^(?P<q>")?\w+(?('q')")$`, []string{`"a"`, `a`}, []string{`"a`}},
		{`^(?P<q>")?\w+(?(q)"|;)$`, []string{`"a"`, `a;`}, []string{`"a;`, `a`}},
		{`^(a)?(?(-1)b|c)$`, []string{"ab", "c"}, []string{"ac", "b"}},
		{`^(?(?=\d)\d{3}|[a-z]{2})$`, []string{"123", "ab"}, []string{"12", "abc", "1a"}},
		{`^(?(?!\d)[a-z]|\d\d)$`, []string{"a", "12"}, []string{"1", "ab"}},
		{`^.(?(?<=a)b|c)$`, []string{"ab", "xc"}, []string{"ac", "xb"}},
		{`(a)(b)\g{-1}`, []string{"abb"}, []string{"aba", "ab"}},
		{`(a)(b)\g{-2}`, []string{"aba"}, []string{"abb"}},
		{`(?P<x>a)(b)(?P=x)\2`, []string{"abab"}, []string{"abba", "abaa"}},
		{`([(](?<x>.))\k<x>`, []string{"(aa"}, []string{"(ab"}},
		{`\Q(\E(a)\1`, []string{"(aa"}, []string{"aa"}},
		{`(?|a(.)|b(.))c`, []string{"axc", "byc"}, []string{"xc"}},
		{`^\p{Lu}\p{Ll}+\pN$`, []string{"Town1", "\xc9\xe9\xb2"}, []string{"town1", "Town"}},
		{`^[\p{L}_]+\P{L}$`, []string{"a_1"}, []string{"a_b"}},
		{`^\p{^L}(?=\p{N})`, []string{"-1"}, []string{"a1"}},
		{`\o{101}\o{102}`, []string{"AB"}, []string{"BA"}},
		{`\Gab`, []string{"abc"}, []string{"xab"}},
	} {
		p, err := NewPattern(c.text, Flags{})
		if err != nil {
			t.Error(err)
			continue
		}
		for i, b := range append(c.yes, c.no...) {
			var s State
			if got := chain(p).Match(&s, []byte(b)); got != (i < len(c.yes)) {
				t.Errorf("/%s/ in %q: %v (%s, outline %s)", c.text, b, got, p.source, p.outline)
			}
		}
	}
	for _, bad := range []string{`(?(2)a)`, `(?(nobody)a)`, `\g{-1}(a)`, `(?|(a)|(b))\1`,
		`(?(`, `(?(?x)a)`, `\p{Klingon}`, `\p`, `\o{8}`, `\o101`, `\k<`} {
		if p, err := NewPattern(bad, Flags{}); err == nil {
			t.Errorf("%s was accepted as %s", bad, p.source)
		}
	}
}

// TestBracketsInClasses wants what stands in a class to be taken for no group.
func TestBracketsInClasses(t *testing.T) {
	for _, text := range []string{`[[:alpha:](](?P<n>x)(?P=n)`, `[\Q](\E](?P<n>x)(?P=n)`, `[](](?P<n>x)(?P=n)`, `[^\](](?P<n>x)(?P=n)`} {
		p, err := NewPattern(text, Flags{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var s State
		if b := []byte("axx(xx"); !chain(p).Match(&s, b) {
			t.Errorf("%s does not match %s (%s)", text, b, p.source)
		}
	}
}
