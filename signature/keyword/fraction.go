package keyword

import (
	"strconv"
	"strings"
)

// fraction reads a comparison with numbers from 0 to 8: 7.01, <7, !4-5.
func fraction(s string) (func(float64) bool, error) {
	s = strings.TrimSpace(s)
	op := "="
	for _, o := range []string{"!=", "<=", ">=", "=", "<", ">", "!"} {
		if t, ok := strings.CutPrefix(s, o); ok {
			op, s = o, strings.TrimSpace(t)
			break
		}
	}
	if low, high, ok := span(s); ok && (op == "=" || op[0] == '!') {
		a, err := bits(low)
		if err != nil {
			return nil, err
		}
		z, err := bits(high)
		if err != nil || a >= z {
			return nil, bad("nothing is between %s and %s", low, high)
		}
		if op[0] == '!' {
			return func(x float64) bool { return x <= a || x >= z }, nil
		}
		return func(x float64) bool { return x > a && x < z }, nil
	}
	v, err := bits(s)
	if err != nil {
		return nil, err
	}
	switch op {
	case "<":
		return func(x float64) bool { return x < v }, nil
	case "<=":
		return func(x float64) bool { return x <= v }, nil
	case ">":
		return func(x float64) bool { return x > v }, nil
	case ">=":
		return func(x float64) bool { return x >= v }, nil
	case "!", "!=":
		return func(x float64) bool { return x != v }, nil
	}
	return func(x float64) bool { return x == v }, nil
}

// bits is a number of bits per byte.
func bits(s string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(v >= 0 && v <= 8) {
		return 0, bad("%q is not a number from 0.0 to 8.0", s)
	}
	return v, nil
}
