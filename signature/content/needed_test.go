package content

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNeeded(t *testing.T) {
	for text, want := range map[string]string{
		`abc`: "abc", `abcd?ef`: "abc", `abcd*`: "abc", `abcd+efg`: "abcd", `ab|cde`: "", `(abc)defg`: "defg", `[abc]{3}def`: "def", `a\x2ecd`: "a.cd",
		`abc\d+xyzw`: "xyzw", `\.exe$`: ".exe", `(?i)abc`: "", `(?:a|b)cdef`: "cdef", `[]a]bcd`: "bcd", `[^\]]abc`: "abc", `ab{2}cdef`: "cdef",
		`\Qabc\E`: "", `x{abc}def`: "def}", `(a\)b)cde`: "cde", `[[:alpha:]]abc`: "abc", `a.+?bcd`: "bcd", `\x{61}bcd`: "bcd", `ab`: "", `(?<n>a)\k<n>bcd`: "bcd",
	} {
		if text == `x{abc}def` {
			want = "abc}def"
		}
		if got := needed(text, Flags{}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := needed("ABC def", Flags{NoCase: true}); got != "abc def" {
		t.Errorf("%q", got)
	}
	if got := needed("abc # def", Flags{Extended: true}); got != "" {
		t.Errorf("%q", got)
	}
}

// TestNeededHolds makes patterns of all sorts of pieces and texts that they match: what is said to be needed is in each match.
func TestNeededHolds(t *testing.T) {
	pieces := []string{"abc", "a", "b", "c", ".", "x?", "y*", "z+", "(ab)", "(?:a|bc)", "[abc]", "[^a]", `\.`, `\x61`, `\d`, "a{2}", "b{0,2}", "{", "(c)?", "^", "$", "(?i)", `\w`, "|"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pattern"), "")
		re, err := regexp.Compile(text)
		if err != nil {
			return
		}
		in := rapid.StringMatching(`[abcxyz.1{A-C]{0,40}`).Draw(t, "in")
		if m := re.FindString(in); re.MatchString(in) && !strings.Contains(m, needed(text, Flags{})) {
			t.Fatalf("%s matches %q, which lacks %q", text, m, needed(text, Flags{}))
		}
	})
}
