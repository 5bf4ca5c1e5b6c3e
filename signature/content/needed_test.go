package content

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func pieces(list []piece) string {
	var out []string
	for _, p := range list {
		out = append(out, string(p.text))
	}
	return strings.Join(out, "…")
}

func TestNeeded(t *testing.T) {
	for source, want := range map[string]string{
		`abc`: "abc", `abcd?ef`: "abc…ef", `abcd*`: "abc", `abcd+efg`: "abcd…efg", `ab|cde`: "", `(abc)defg`: "abcdefg", `[abc]{3}def`: "def", `a\x2ecd`: "a.cd",
		`abc\d+xyzw`: "abc…xyzw", `\.exe$`: ".exe", `(?i)abC=`: "abc=", `(?:a|b)cdef`: "cdef", `[]a]bcd`: "bcd", `ab{2}cdef`: "abbcdef", `ab{2,}cdef`: "abb…cdef",
		`(xy.){2}z`: "xy…xy", `(a\)b)cde`: "a)bcde", `a.+?bcd`: "bcd", `(?:)a(?:)b`: "ab", `(?i:ab)cd`: "abcd", `[eE]x`: "ex", `\x{e9}ab`: "\xe9ab", `(?i)\x{e9}ab`: "ab", `a`: "",
	} {
		if got := pieces(needed(source)); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
	if p := needed(`(?i)abc`); !p[0].fold || p[0].find([]byte("xAbC")) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestLeading(t *testing.T) {
	for source, want := range map[string]string{
		`abcd`: "0 abcd", `a[bc].def`: "3 def", `(\x00[a-z]{3}\.classPK.{43}){4}`: "4 .classPK", `(?i)x.abc`: "2 abc", `abc+d`: "0 abc", `[a-z]+abc`: "", `^abc`: "", `\babc`: "",
		`a?bcd`: "", `(ab|cd)efg`: "", `ab[cd]e`: "", `.{3,4}abc`: "",
	} {
		l, ok := leading(source)
		got := ""
		if ok {
			got = string(rune('0'+l.behind)) + " " + string(l.text)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}

// sorts are pieces of patterns of all sorts.
var sorts = []string{"abc", "a", "b", "c", ".", "x?", "y*", "z+", "(ab)", "(?:a|bc)", "[abc]", "[^a]", `\.`, `\x61`, `\d`, "a{2}", "b{0,2}", "(c)?", "^", "$", "(?i)", `\w`, "|", "(ba){2}"}

// TestNeededHolds makes patterns and texts that they match: what is said to be needed is in each match.
func TestNeededHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(sorts), 1, 8).Draw(t, "pattern"), "")
		re, err := regexp.Compile(text)
		if err != nil {
			return
		}
		in := rapid.StringMatching(`[abcxyzA-C.1]{0,40}`).Draw(t, "in")
		if m := re.FindString(in); re.MatchString(in) && !hold(needed(text), []byte(m)) {
			t.Fatalf("%s matches %q, which lacks one of %q", text, m, pieces(needed(text)))
		}
	})
}

// TestLongTexts holds the search by places of a lead, and from an anchor, against the search through all.
func TestLongTexts(t *testing.T) {
	before := bytes.Repeat([]byte("xyz\xe9 "), long)
	found := 0
	check := func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(sorts, "bca", "abc", "(?P<v>.)bca")), 1, 6).Draw(t, "pattern"), "")
		p, err := NewPattern(text, Flags{Anchored: rapid.Bool().Draw(t, "anchored"), NoCase: rapid.Bool().Draw(t, "nocase")})
		if err != nil || !p.linear {
			return
		}
		p.Captures = []string{"flow:v"}
		p.compile()
		in := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "abc", "bca", "AB", ".", "\xe9", "x"}), 0, 60).Draw(t, "in"), ""))
		in = append(in, before...)
		var s, plain State
		text1, ascii := plain.latin(in)
		m := backAll(text1, p.quick.FindSubmatchIndex(text1), ascii)
		start, end, ok := p.findQuick(&s, in, 0)
		if ok != (m != nil) || ok && (start != m[0] || end != m[1]) {
			t.Fatalf("/%s/ (lead %v): %d to %d (%v), want %v", text, p.lead, start, end, ok, m)
		}
		if ok && len(m) > 3 && m[2] >= 0 && string(s.Captures[0].Value) != string(in[m[2]:m[3]]) {
			t.Fatalf("/%s/ caught %q", text, s.Captures[0].Value)
		}
		if ok && p.lead != nil {
			found++
		}
	}
	for n := 0; n < 50 && found == 0 && !t.Failed(); n++ { // a hundred drawn patterns may have no lead, or not match, by chance
		rapid.Check(t, check)
	}
	if found == 0 {
		t.Error("no match by a lead: nothing was compared")
	}
}

// TestLooksAhead holds that what a pattern looks ahead to turns down nothing that matches.
func TestLooksAhead(t *testing.T) {
	for text, want := range map[string]string{
		`(?=.*abc)x`: "abc", `^(?=.*?ab(?=c)de)(?=xy).`: "abde xy", `(?=ab)|c`: "", `(?=ab)?c`: "", `(?!ab)cd`: "cd", `(?!(?:)ab)cd`: "cd", `((?=ab)a|c)x`: "", `(?i)(?=ab)cd`: "cd",
		`(?=ab)cd(?!x)(?<=cd)`: "cd ab",
	} {
		p, err := NewPattern(text, Flags{})
		if err != nil {
			t.Fatal(err)
		}
		p.compile()
		var got []string
		for _, n := range p.need {
			if len(n) > 0 {
				got = append(got, pieces(n))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("/%s/ needs %q, want %q", text, got, want)
		}
	}
}
