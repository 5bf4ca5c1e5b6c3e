package keyword

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// language is the version of the rule language that is spoken here where Env does not say.
const language = "9.0.0"

// required reports what a rule requires and is not there, before its keywords are looked at.
func (b *builder) required(options []rule.Option) error {
	versions := 0
	for _, o := range options {
		if o.Name != "requires" {
			continue
		}
		for _, need := range words(o.Value) {
			kind, what, _ := strings.Cut(need, " ")
			what = strings.TrimSpace(what)
			met := false
			var err error
			switch kind {
			case "version":
				if versions++; versions > 1 {
					return bad("version stands twice; write one with | between what may be")
				}
				version := b.env.Version
				if version == "" {
					version = language
				}
				met, err = meets(version, what)
			case "keyword":
				_, met = keywords()[what]
			case "feature":
				met = what == "output::file-store" || what == "geoip" && b.env.Places != nil
			case "":
				met = true
			}
			if err != nil {
				return err
			}
			if !met {
				return &failure{err: bad("%s is not there", need), skipped: true}
			}
		}
	}
	return nil
}

// meets reports whether a version is within ">= 7.0.3 < 8 | >= 8.0.3".
func meets(version, text string) (bool, error) {
	for choice := range strings.SplitSeq(text, "|") {
		f := strings.Fields(spaced(choice))
		if len(f) == 0 || len(f)%2 != 0 {
			return false, bad("%q is not an operator and a version", text)
		}
		all := true
		for i := 0; i < len(f); i += 2 {
			c := compareVersions(version, f[i+1])
			switch f[i] {
			case ">=":
				all = all && c >= 0
			case ">":
				all = all && c > 0
			case "<":
				all = all && c < 0
			case "<=":
				all = all && c <= 0
			default:
				return false, bad("%q is not >=, >, < or <=", f[i])
			}
		}
		if all {
			return true, nil
		}
	}
	return false, nil
}

// spaced puts a space behind operators.
func spaced(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if i > 0 && strings.IndexByte("<>=", s[i-1]) >= 0 && strings.IndexByte("<>=", s[i]) < 0 {
			out.WriteByte(' ')
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func compareVersions(a, z string) int {
	x, y := strings.Split(a, "."), strings.Split(z, ".")
	for i := range max(len(x), len(y)) {
		if d := part(x, i) - part(y, i); d != 0 {
			return d
		}
	}
	return 0
}

func part(v []string, i int) int {
	if i >= len(v) {
		return 0
	}
	digits, _, _ := strings.Cut(v[i], "-")
	n, _ := strconv.Atoi(digits)
	return n
}

// nothing is a keyword that has been seen to elsewhere, or that changes nothing.
func nothing(*builder, string, string) error { return nil }
