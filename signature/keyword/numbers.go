package keyword

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// integer reads a decimal or hexadecimal number with kb, mb or gb behind it.
func integer(s string, low, high int64) (int64, error) {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		n, err = withUnit(strings.ToLower(s))
	}
	if err != nil || n < low || n > high {
		return 0, bad("%q is not a number from %d to %d", clip(s), low, high)
	}
	return n, nil
}

var units = [...]struct {
	suffix string
	shift  int
}{{"kib", 10}, {"kb", 10}, {"mib", 20}, {"mb", 20}, {"gib", 30}, {"gb", 30}}

func withUnit(s string) (int64, error) {
	if t, ok := strings.CutPrefix(s, "0x"); ok {
		return strconv.ParseInt(t, 16, 64)
	}
	for _, u := range units {
		if t, ok := strings.CutSuffix(s, u.suffix); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(t), 10, 32)
			return n << u.shift, err
		}
	}
	return 0, strconv.ErrSyntax
}

// unsigned reads a number of all 64 bits.
func unsigned(s string) (uint64, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	base := 10
	if t, ok := strings.CutPrefix(s, "0x"); ok {
		s, base = t, 16
	}
	if n, err := strconv.ParseUint(s, base, 64); err == nil {
		return n, nil
	}
	n, err := integer(s, 0, 1<<62)
	return uint64(n), err
}

// numeric reads a comparison; words are names for numbers.
type numeric struct {
	bits   uint8
	signed bool // below zero, too, in two's complement: equal or not is all that can be asked of such
	closed bool // a range holds its ends, too
	words  map[string]uint64
}

var plainNumber = numeric{bits: 64}

func (k numeric) number(s string) (uint64, error) {
	s = strings.TrimSpace(s)
	if n, ok := k.words[strings.ToLower(s)]; ok {
		return n, nil
	}
	if t, ok := k.words[strings.ToLower(strings.ReplaceAll(s, "-", "_"))]; ok {
		return t, nil
	}
	n, err := unsigned(s)
	if err != nil && k.signed {
		if i, e := integer(s, -1<<(k.bits-1), -1); e == nil {
			n, err = uint64(i)&k.top(), nil
		}
	}
	if err != nil || k.bits > 0 && k.bits < 64 && n >= 1<<k.bits {
		return 0, bad("%q is not a number of %d bits%s", clip(s), k.bits, k.choices())
	}
	return n, nil
}

func (k numeric) choices() string {
	if len(k.words) == 0 || len(k.words) > 12 {
		return ""
	}
	return " and none of its names"
}

// compare reads 5, =5, !5, !=5, <5, <=5, >5, >=5, 1-5, 1<>5, !1-5, &0xc0=0x80, &0xc0!=0, or names of bits "fin,!comp".
func (k numeric) compare(s string) (content.Compare, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return content.Compare{}, bad("a number is missing")
	}
	if s[0] == '&' {
		return k.mask(s[1:])
	}
	op, rest := content.Equal, s
	for _, o := range []struct {
		text string
		op   content.Op
	}{{"!=", content.NotEqual}, {"<=", content.LessEqual}, {">=", content.GreaterEqual}, {"!", content.NotEqual}, {"=", content.Equal}, {"<", content.Less}, {">", content.Greater}} {
		if t, ok := strings.CutPrefix(s, o.text); ok {
			op, rest = o.op, t
			break
		}
	}
	if _, ok := k.words[strings.ToLower(strings.TrimSpace(rest))]; !ok && (op == content.Equal || op == content.NotEqual) {
		if low, high, ok := span(rest); ok {
			return k.between(low, high, op == content.NotEqual)
		}
	}
	n, err := k.number(rest)
	if err == nil && (op == content.Less && n == 0 || op == content.Greater && n == k.top()) {
		return content.Compare{}, bad("%q can never hold", s)
	}
	return content.Compare{Op: op, A: n}, err
}

func (k numeric) top() uint64 {
	if k.bits == 0 || k.bits >= 64 {
		return 1<<64 - 1
	}
	return 1<<k.bits - 1
}

// span cuts "1-5" or "1<>5".
func span(s string) (low, high string, ok bool) {
	if low, high, ok = strings.Cut(s, "<>"); ok {
		return low, high, true
	}
	if i := strings.LastIndexByte(s, '-'); i > 0 {
		return s[:i], s[i+1:], true
	}
	return "", "", false
}

func (k numeric) between(low, high string, outside bool) (content.Compare, error) {
	a, err := k.number(low)
	if err != nil {
		return content.Compare{}, err
	}
	z, err := k.number(high)
	if err != nil {
		return content.Compare{}, err
	}
	if k.closed {
		return closedRange(a, z, outside)
	}
	if a >= z || a+1 == z && !outside {
		return content.Compare{}, bad("nothing is between %d and %d", a, z)
	}
	if outside {
		return content.Compare{Op: content.Outside, A: a, B: z}, nil
	}
	return content.Compare{Op: content.Between, A: a, B: z}, nil
}

// closedRange is the range from a to z, both of which belong to it.
func closedRange(a, z uint64, outside bool) (content.Compare, error) {
	switch {
	case a > z:
		return content.Compare{}, bad("no number is from %d to %d", a, z)
	case outside && a == 0:
		return content.Compare{Op: content.Greater, A: z}, nil
	case outside:
		return content.Compare{Op: content.Outside, A: a - 1, B: z + 1}, nil
	case a == 0:
		return content.Compare{Op: content.LessEqual, A: z}, nil
	}
	return content.Compare{Op: content.Between, A: a - 1, B: z + 1}, nil
}

func (k numeric) mask(s string) (content.Compare, error) {
	op := content.MaskEqual
	m, v, ok := strings.Cut(s, "!=")
	if ok {
		op = content.MaskOther
	} else if m, v, ok = strings.Cut(s, "="); !ok {
		return content.Compare{}, bad("&%s is not &mask=value", s)
	}
	mask, err := k.number(m)
	if err != nil {
		return content.Compare{}, err
	}
	value, err := k.number(v)
	if err == nil && value&^mask != 0 {
		err = bad("&%s can never hold: the value has bits that the mask has not", s)
	}
	return content.Compare{Op: op, A: mask, B: value}, err
}

// flags reads names of bits: "fin,!comp".
func (k numeric) flags(s string) (content.Compare, error) {
	c := content.Compare{Op: content.MaskEqual}
	for name := range strings.SplitSeq(s, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		word, not := strings.CutPrefix(name, "!")
		bit, ok := k.words[word]
		if !ok {
			return c, bad("%q is not known", name)
		}
		c.A |= bit
		if !not {
			c.B |= bit
		}
	}
	return c, nil
}
