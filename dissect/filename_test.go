package dissect

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLongNames: a name keeps its end, however long it is made to hide that.
func TestLongNames(t *testing.T) {
	for name, want := range map[string]string{
		"dir\\a.exe": "a.exe", "/": "", "..": "..", strings.Repeat("x", 251) + ".exe": strings.Repeat("x", 251) + ".exe",
		strings.Repeat("x/", 10000) + "a.exe": "a.exe", "dir/\x95\x5c\x8e\xa6.exe": "表示.exe", "\xca\xf3\xb9\xf0.exe": "報告.exe", "\xc3\xde\xb0\xc0.csv": "ﾃﾞｰﾀ.csv", "caf\xe9.exe": "caf.exe",
		"請求書.pdf" + strings.Repeat(" ", 300) + ".exe": "請求書.pdf" + strings.Repeat(" ", 175) + "…" + strings.Repeat(" ", 60) + ".exe",
	} {
		if got := baseName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
	for n := range 4 {
		got := baseName(strings.Repeat("x", n) + strings.Repeat("届", 200) + ".exe")
		if !utf8.ValidString(got) || len(got) > maxName || !strings.HasSuffix(got, "届.exe") {
			t.Errorf("%d bytes: %q", len(got), got)
		}
	}
}
