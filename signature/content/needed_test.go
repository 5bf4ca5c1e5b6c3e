package content

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNeeded(t *testing.T) {
	for text, want := range map[string]string{
		`abc`: "abc", `abcd?ef`: "abc…ef", `abcd*`: "abc", `abcd+efg`: "abcd…efg", `ab|cde`: "", `(abc)defg`: "defg", `[abc]{3}def`: "def", `a\x2ecd`: "a.cd",
		`abc\d+xyzw`: "abc…xyzw", `\.exe$`: ".exe", `(?i)abc`: "", `(?:a|b)cdef`: "cdef", `[]a]bcd`: "bcd", `[^\]]abc`: "abc", `ab{2}cdef`: "cdef",
		`\Qabc\E`: "", `x{abc}def`: "def}", `(a\)b)cde`: "cde", `[[:alpha:]]abc`: "abc", `a.+?bcd`: "bcd", `\x{61}bcd`: "bcd", `ab`: "ab", `(?<n>a)\k<n>bcd`: "bcd",
	} {
		if text == `x{abc}def` {
			want = "abc}def"
		}
		if got := strings.Join(needed(text, Flags{}), "…"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := needed("ABC def.*GHI", Flags{NoCase: true}); !slices.Equal(got, []string{"abc def", "ghi"}) {
		t.Errorf("%q", got)
	}
	if got := needed("abc # def", Flags{Extended: true}); got != nil {
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
		if !re.MatchString(in) {
			return
		}
		rest := re.FindString(in)
		for _, n := range needed(text, Flags{}) {
			_, behind, has := strings.Cut(rest, n)
			if !has {
				t.Fatalf("%s matches %q, which lacks %q of %q", text, in, n, needed(text, Flags{}))
			}
			rest = behind
		}
	})
}
