package content

import "math"

// Op compares numbers.
type Op uint8

// Comparisons.
const (
	Equal Op = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	Between   // A < n < B
	Outside   // n <= A or n >= B
	MaskEqual // n & A == B
	MaskOther // n & A != B
)

// Compare is a comparison with numbers of the rule.
type Compare struct {
	Op   Op
	A, B uint64
}

// Holds reports whether the comparison holds for n.
func (c Compare) Holds(n uint64) bool {
	switch c.Op {
	case Equal:
		return n == c.A
	case NotEqual:
		return n != c.A
	case Less:
		return n < c.A
	case LessEqual:
		return n <= c.A
	case Greater:
		return n > c.A
	case GreaterEqual:
		return n >= c.A
	case Between:
		return n > c.A && n < c.B
	case Outside:
		return n <= c.A || n >= c.B
	case MaskEqual:
		return n&c.A == c.B
	case MaskOther:
		return n&c.A != c.B
	}
	return false
}

// OfSize is Holds for the size of a buffer; of an open one only what more bytes cannot change is said.
func (c Compare) OfSize(n int, open bool) bool {
	if open && c.Op != Greater && c.Op != GreaterEqual {
		return false
	}
	return c.Holds(uint64(n))
}

// Entropy is Shannon's entropy of b in bits per byte, 0 to 8.
func Entropy(b []byte) float64 {
	if len(b) == 0 {
		return 0
	}
	var counts [256]int
	for _, c := range b {
		counts[c]++
	}
	h := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(b))
			h -= p * math.Log2(p)
		}
	}
	return h
}
