package detect

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDomains(t *testing.T) {
	d := NewDomains([]string{"Example.com", "lg.jp", "x", "", "ip.sb."})
	for name, want := range map[string]string{
		"example.com": "example.com", "a.b.EXAMPLE.com.": "example.com", "badexample.com": "", "town.lg.jp": "lg.jp", "lg.jp": "lg.jp", "jp": "", "x": "x", "a.x": "x",
		"": "", ".": "", "ip.sb": "ip.sb", "ample.com": "", "lg.jp.com": "",
	} {
		if got := d.Of(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestDomainsLikePlain holds the set against a walk from label to label.
func TestDomainsLikePlain(t *testing.T) {
	names := rapid.StringMatching(`([a-cA-C]{1,4}\.){0,4}(com|jp|C|net|example)\.?`)
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(names).Draw(t, "set")
		d, name := NewDomains(list), names.Draw(t, "name")
		has := map[string]bool{}
		for _, n := range list {
			has[strings.ToLower(strings.TrimSuffix(n, "."))] = true
		}
		want := ""
		for rest, more := strings.ToLower(strings.TrimSuffix(name, ".")), true; more && want == ""; _, rest, more = strings.Cut(rest, ".") {
			if has[rest] {
				want = rest
			}
		}
		if got := d.Of(name); got != want {
			t.Fatalf("%q of %q: %q, want %q", name, list, got, want)
		}
	})
}
