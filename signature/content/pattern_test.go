package content

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		text  string
		flags string
		yes   []string
		no    []string
		slow  bool
	}{
		{`^GET \/[a-z]{3}$`, "", []string{"GET /abc", "GET /abc\n"}, []string{"GET /abcd", "GET /ab", "GET /abc\n\n"}, false},
		{`abc$`, "E", []string{"abc"}, []string{"abc\n"}, false},
		{`a.c`, "", []string{"abc", "a\xffc", "a\xc3c"}, []string{"a\nc", "a\xc3\xa9c"}, false},
		{`a.c`, "s", []string{"a\nc"}, nil, false},
		{`^b`, "m", []string{"a\nb"}, []string{"a b"}, false},
		{`\xff\xfe`, "", []string{"..\xff\xfe.."}, []string{"\xc3\xbf\xc3\xbe"}, false},
		{`[\x80-\xff]{4}`, "", []string{"\x80\x90\xa0\xff"}, []string{"\x80\x90\xa0\x7f"}, false},
		{`[^\x20-\x7e]`, "", []string{"\x00", "\xff"}, []string{"abc"}, false},
		{`ABC`, "i", []string{"xaBc"}, []string{"xab"}, false},
		{`a b # comment`, "x", []string{"ab"}, []string{"a b"}, false},
		{`abc`, "A", []string{"abcd"}, []string{"xabc"}, false},
		{`a+b`, "G", []string{"aab"}, nil, false},
		{`(?<!x)abc`, "", []string{"yabc", "abc"}, []string{"xabc"}, true},
		{`abc(?=d)`, "", []string{"abcd"}, []string{"abce"}, true},
		{`^(?!.*evil).*good`, "", []string{"all good"}, []string{"evil good"}, true},
		{`([ab])\1`, "", []string{"aa", "bb"}, []string{"ab"}, true},
		{`(?P<q>['"]).(?P=q)`, "", []string{`'x'`}, []string{`'x"`}, true},
		{`a++b`, "", []string{"aaab"}, []string{"aaa"}, true},
		{`(?>a|ab)c`, "", []string{"ac"}, []string{"abc"}, true},
		{`\x3a\s\d+\w`, "", []string{": 12a", ":\x0b1a"}, []string{":12a"}, false},
		{`[\w-]+\.\-x`, "", []string{"a-b.-x"}, []string{".-x"}, false},
		{`^xa{,2}y`, "", []string{"xy", "xaay"}, []string{"xaaay", "xa{,2}y"}, false},
		{`a{2,`, "", []string{"a{2,"}, []string{"aa"}, false},
		{`\Qa.b\E+`, "", []string{"a.bb"}, []string{"axb"}, false},
		{`^[[:]x`, "", []string{":x", "[x"}, []string{"ax"}, false},
		{`[[:alpha:]_]{3}`, "", []string{"a_B"}, []string{"a1b"}, false},
		{`^[[:]]$`, "", []string{"[]", ":]"}, []string{"[", ":"}, false}, // a class of [ and :
		{`^[[:a]x:]$`, "", []string{"ax:]", "[x:]"}, []string{"a", "x"}, false},
		{`^[[:a[:digit:]]$`, "", []string{"7", "a", ":", "["}, []string{"b"}, false},
		{`^[[.x]$`, "", []string{"[", ".", "x"}, []string{"y"}, false},
		{`^[[:^digit:]]$`, "", []string{"a", "\xff"}, []string{"7"}, false},
		{`^[\Qa-z\E]$`, "", []string{"a", "-", "z"}, []string{"b"}, false},
		{`^[\Q]\Ea-c-e]+$`, "", []string{"]b-e"}, []string{"d"}, false},
		{`^\C\C$`, "", []string{"a\n", "\xff\x00"}, []string{"a"}, false},
		{`^\xe3[\xe3-\xe5]+[^\xe3]$`, "i", []string{"\xe3\xe4\xc3", "\xe3\xe5A"}, []string{"\xc3\xe4a", "\xe3\xc4a", "\xe3\xe4\xe3"}, false}, // no letters
		{`^[^k\xe3]\pL\p{Lu}$`, "i", []string{"a\xe3A"}, []string{"K\xe3A", "a\xe3a", "\xe3aA"}, false},
		{`\b(ab)\1`, "", []string{"\xffabab", " abab"}, []string{"xabab", "_abab"}, true},
		{`(a|b)\B\1`, "", []string{"aa"}, []string{"a\xffa"}, true},
		{`(a)?(?(1)b|c)(?P<n>q)(?P=n)`, "", []string{"abqq", "cqq"}, []string{"abqx"}, true},
		{`(?i)abc(?-i)D`, "", []string{"ABCD"}, []string{"ABCd"}, false},
		{`(?i:a)b`, "", []string{"Ab"}, []string{"AB"}, false},
		{`[]a]+x`, "", []string{"]ax"}, []string{"bx"}, false},
		{`\/\;\"\:`, "", []string{`/;":`}, nil, false},
		{`x{1,2000}y`, "", []string{"xxxy"}, []string{"y"}, true},
		{`\h\R`, "", []string{"\t\r\n", " \n"}, []string{"\n"}, false},
		{`\101\0`, "", []string{"A\x00"}, []string{"A"}, false},
		{`a(?#comment)b`, "", []string{"ab"}, nil, false},
	} {
		var f Flags
		for _, l := range c.flags {
			switch l {
			case 'i':
				f.NoCase = true
			case 's':
				f.DotAll = true
			case 'm':
				f.Multiline = true
			case 'x':
				f.Extended = true
			case 'A':
				f.Anchored = true
			case 'E':
				f.EndOnly = true
			case 'G':
				f.Ungreedy = true
			}
		}
		p, err := NewPattern(c.text, f)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if p.Linear() == c.slow {
			t.Errorf("%s: linear %v (%s)", c.text, p.Linear(), p.source)
		}
		for i, b := range append(c.yes, c.no...) {
			var s State
			if got := chain(p).Match(&s, []byte(b)); got != (i < len(c.yes)) {
				t.Errorf("/%s/%s in %q: %v (%s)", c.text, c.flags, b, got, p.source)
			}
		}
	}
	for _, bad := range []string{`(`, `a)`, `[a`, `*a`, `\`, `(?`, `[z-a]`, `[[.x.]]`, `[[=x=]]`, `[[:none:]]`, `[a-\d]`, `[\d-x]`, `[\B]`, `\y`, `{2}`, `a|{2}`, `(?i)+a`, `\K*`, `(?P<x`, `(?#x`, `\x{100}`} {
		if p, err := NewPattern(bad, Flags{}); err == nil {
			t.Errorf("%s was accepted as %s", bad, p.source)
		}
	}
}

// TestPatternPlaces holds ends of matches in bytes, whatever the bytes are.
func TestPatternPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(rapid.ByteRange(0x80, 0xff), 0, 5).Draw(t, "before")
		after := rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "after")
		text := rapid.SampledFrom([]string{`ab`, `a(?=b)b`}).Draw(t, "text")
		p, err := NewPattern(text, Flags{})
		if err != nil {
			t.Fatal(err)
		}
		b := append(append(append([]byte(nil), before...), "ab"...), after...)
		var s State
		s.left = 10
		start, end, ok := p.find(&s, b, 0, 0)
		if !ok || start != len(before) || end != len(before)+2 {
			t.Fatal(start, end, ok)
		}
	})
}

func TestRelativePattern(t *testing.T) {
	p, err := NewPattern(`^\d`, Flags{})
	if err != nil {
		t.Fatal(err)
	}
	p.Relative = true
	var s State
	c := chain(&Content{Bytes: []byte("id=")}, p)
	if !c.Match(&s, []byte("id=x id=7")) {
		t.Error("the second place of the content was not tried")
	}
	if c.Match(&s, []byte("id=x7")) {
		t.Error("^ is the end of the content's match")
	}
}

func TestCaptures(t *testing.T) {
	p, err := NewPattern(`user=(\w+) (\w+)`, Flags{})
	if err != nil {
		t.Fatal(err)
	}
	p.Captures = []string{"flow:user", "pkt:word"}
	var s State
	if !chain(p).Match(&s, []byte("\xff user=taro suzuki")) || len(s.Captures) != 2 || string(s.Captures[0].Value) != "taro" || s.Captures[1].Name != "pkt:word" {
		t.Errorf("%q", s.Captures)
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{`a+b`, `(?i)x{2,3}[^a-z]`, `(?<=a)b\1`, `\x{41}\Q.\E[[:digit:]]`, `^(?:a|b)*+$`, `(<)?a(?(1)>|\g{-1}|\pL)`} {
		f.Add(s, "aabb")
	}
	f.Fuzz(func(t *testing.T, text, b string) {
		if len(text) > 200 || strings.Count(text, "{") > 3 || len(b) > 1000 {
			return
		}
		p, err := NewPattern(text, Flags{})
		if err != nil {
			return
		}
		var s State
		chain(p, &Content{Bytes: []byte("b"), HasDistance: true}).Match(&s, []byte(b))
	})
}

// TestPatienceEnds wants an endless search to end, and to say nothing either way.
func TestPatienceEnds(t *testing.T) {
	for _, negated := range []bool{false, true} {
		p, err := NewPattern(`(?=a)(a|aa)+\1b`, Flags{})
		if err != nil {
			t.Fatal(err)
		}
		p.Negated = negated
		var s State
		if chain(p).Match(&s, append(bytes.Repeat([]byte("a"), 64), "cb"...)) {
			t.Errorf("negated %v: what was not searched through was told", negated)
		}
	}
}
