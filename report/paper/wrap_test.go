package paper

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// cells measures like an old terminal: 1 for Latin letters, 2 for Japanese.
func cells(r rune) float64 {
	if r < 0x2E80 && !strings.ContainsRune("　、。", r) {
		return 1
	}
	return 2
}

func TestWrapObeysKinsoku(t *testing.T) {
	for text, want := range map[string][]string{
		"あいうえ、おか":             {"あいう", "え、おか"},
		"あいう「えお」か":            {"あいう", "「えお」", "か"},
		"サーバーへ":               {"サーバー", "へ"},
		"二行\nになる":             {"二行", "になる"},
		"PC-012 を止め":          {"PC-012", "を止め"},
		"one two three":       {"one two", "three"},
		"aaa.bbb.example.com": {"aaa.bbb.", "example.", "com"},
		"":                    {""},
	} {
		if d := cmp.Diff(want, wrap(text, 8, cells)); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}

// TestWrapKeepsEveryLetter: whatever the text, no line is wider than allowed and nothing but spaces is lost.
func TestWrapKeepsEveryLetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("あ、。「」ーッ漢ab1.-/ ,(𠮷…\n"))).Draw(t, "text")
		width := float64(rapid.IntRange(4, 30).Draw(t, "width"))
		lines := wrap(text, width, cells)
		for _, l := range lines {
			if span(strings.TrimRight(l, " "), cells) > width && utf8.RuneCountInString(l) > 1 {
				t.Fatalf("%q is wider than %v", l, width)
			}
		}
		strip := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got, want := strip(strings.Join(lines, "")), strip(text); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}
