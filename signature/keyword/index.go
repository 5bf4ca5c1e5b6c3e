package keyword

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// manyNumbers reads what several numbers are compared with, and which of them; "count" counts them all.
func manyNumbers(k numeric, arg string) (x rule.Index, c content.Compare, err error) {
	arg = strings.Trim(arg, `"`)
	if rest, ok := counted(arg); ok {
		n, err := plainNumber.compare(rest)
		return rule.Index{Kind: rule.Count, Count: n.Holds}, content.Compare{Op: content.GreaterEqual}, err
	}
	text, index, given := strings.Cut(arg, ",")
	if c, err = k.compare(text); err == nil && given {
		x, err = readIndex(index)
	}
	return x, c, err
}

// counted cuts off the word that has numbers counted, whatever they are.
func counted(arg string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(strings.TrimSpace(arg), "count")
	return rest, ok && (rest == "" || strings.IndexByte(" \t<>=!&", rest[0]) >= 0)
}

// readIndex reads which of several numbers must hold: any, all, all_or_absent, or_absent, nb>3, 0, -1.
func readIndex(s string) (rule.Index, error) {
	s, part, cut := strings.Cut(strings.TrimSpace(s), ",")
	x, err := readWhich(strings.TrimSpace(s))
	if err == nil && cut {
		err = readPart(part, &x)
	}
	return x, err
}

// readPart reads behind an index between which instances it chooses: 2:4, -4:-1.
func readPart(s string, x *rule.Index) error {
	low, high, ok := strings.Cut(strings.TrimSpace(s), ":")
	from, err := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	if !ok || err != nil || err2 != nil || max(from, to) > 65536 || min(from, to) < -65536 || x.Kind == rule.At && x.N < 0 {
		return bad("%q is not a part of the values: 2:4, -4:-1, behind an index that does not count from the end", s)
	}
	x.Part = &[2]int{from, to}
	return nil
}

func readWhich(s string) (rule.Index, error) {
	switch s {
	case "any":
		return rule.Index{}, nil
	case "all", "all1":
		return rule.Index{Kind: rule.All}, nil
	case "all_or_absent":
		return rule.Index{Kind: rule.AllOrNone}, nil
	case "or_absent":
		return rule.Index{Kind: rule.AnyOrNone}, nil
	}
	if rest, ok := strings.CutPrefix(s, "nb"); ok {
		c, err := plainNumber.compare(rest)
		return rule.Index{Kind: rule.Count, Count: c.Holds}, err
	}
	or := false
	if rest, ok := strings.CutPrefix(s, "oob_or"); ok {
		s, or = strings.TrimSpace(rest), true
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < -65536 || n > 65536 {
		return rule.Index{}, bad("%q is not an index: any, all, all_or_absent, or_absent, nb>3 or a number", s)
	}
	return rule.Index{Kind: rule.At, N: n, OrOutside: or}, nil
}
