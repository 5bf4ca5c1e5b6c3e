package main

import (
	"fmt"
	"strings"
)

// compared says a comparison in words: "5<>10", "!5", ">=5,raw". What is behind a comma is phrase as it stands.
func compared(value, lang string) string {
	value, more, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(value, "value ")), ",")
	s := comparison(strings.TrimSpace(value)).in(lang)
	if more = strings.TrimSpace(more); more != "" {
		s += phrase{"（" + more + "）", " (" + more + ")"}.in(lang)
	}
	return s
}

func comparison(v string) phrase {
	if text, not := strings.CutPrefix(v, "!"); not && !strings.HasPrefix(text, "=") {
		if low, high, ok := rangeEnds(text); ok {
			return phrase{low + " 以下か " + high + " 以上", low + " or less, or " + high + " or more"}
		}
	} else if low, high, ok := rangeEnds(v); ok {
		return phrase{low + " より大きく " + high + " より小さい", "more than " + low + " and less than " + high}
	}
	for _, o := range []struct {
		sign   string
		ja, en string
	}{
		{"!=", "%s 以外", "not %s"}, {">=", "%s 以上", "%s or more"}, {"<=", "%s 以下", "%s or less"}, {"!", "%s 以外", "not %s"}, {">", "%s より大きい", "more than %s"},
		{"<", "%s より小さい", "less than %s"}, {"=", "%s", "%s"}, {"&", "ビット演算 &%s", "bits &%s"},
	} {
		if rest, ok := strings.CutPrefix(v, o.sign); ok {
			rest = strings.TrimSpace(rest)
			return phrase{fmt.Sprintf(o.ja, rest), fmt.Sprintf(o.en, rest)}
		}
	}
	return phrase{v, v}
}

// rangeEnds are those of a range of numbers.
func rangeEnds(v string) (low, high string, ok bool) {
	low, high, ok = strings.Cut(v, "<>")
	if !ok {
		low, high, ok = strings.Cut(v, "-")
	}
	low, high = strings.TrimSpace(low), strings.TrimSpace(high)
	return low, high, ok && low != "" && high != "" && strings.Trim(low[:1]+high[:1], "0123456789") == ""
}
