package rule

import (
	"errors"
	"fmt"
	"strings"
)

// algebra is what sets of addresses and sets of ports differ in. Sets are sorted and disjoint.
type algebra[T any] struct {
	what   string
	one    func(text string) (T, error)
	all    []T
	merge  func([]T) []T // sorts, joins
	invert func([]T) []T
}

// parseSet reads an expression; what is excluded within a list is taken from what is included in it, or from everything.
func parseSet[T any](text string, vars map[string]string, depth int, a algebra[T]) ([]T, error) {
	text = strings.TrimSpace(text)
	switch {
	case depth > maxDepth && strings.Contains(text, "$"):
		return nil, fmt.Errorf("%s list: more than %d brackets or variables within each other, at %s: does a variable name itself?", a.what, maxDepth, clip(text))
	case depth > maxDepth:
		return nil, fmt.Errorf("%s list: more than %d brackets within each other", a.what, maxDepth)
	case text == "":
		return nil, fmt.Errorf("empty %s", a.what)
	case strings.EqualFold(text, "any"):
		return append([]T(nil), a.all...), nil
	case listed(text):
		return parseList(text, vars, depth+1, a)
	case text[0] == '!':
		set, err := parseSet(text[1:], vars, depth+1, a)
		if err != nil {
			return nil, err
		}
		return a.invert(set), nil
	case text[0] == '$':
		value, ok := vars[text[1:]]
		if !ok {
			return nil, fmt.Errorf("variable %s is not defined", text)
		}
		return parseSet(value, vars, depth+1, a)
	case text[0] == '[':
		if text[len(text)-1] != ']' {
			return nil, fmt.Errorf("%s list %q is not closed by ]", a.what, text)
		}
		return parseList(text[1:len(text)-1], vars, depth+1, a)
	}
	x, err := a.one(text)
	if err != nil {
		return nil, err
	}
	return []T{x}, nil
}

func parseList[T any](text string, vars map[string]string, depth int, a algebra[T]) ([]T, error) {
	parts, err := splitList(text)
	if err != nil {
		return nil, fmt.Errorf("%s list: %w", a.what, err)
	}
	var in, out []T
	included := false
	for _, part := range parts {
		negated := strings.HasPrefix(part, "!")
		set, err := parseSet(strings.TrimPrefix(part, "!"), vars, depth+1, a)
		if err != nil {
			return nil, err
		}
		if negated {
			out = append(out, set...)
		} else {
			in, included = append(in, set...), true
		}
	}
	if !included {
		in = append(in, a.all...)
	}
	in = a.merge(in)
	if len(out) == 0 {
		return in, nil
	}
	// in without out = not (not in or out)
	return a.invert(a.merge(append(a.invert(in), out...))), nil
}

// listed reports whether a comma stands outside of brackets: a list without its own, whose first "!" is of its first element.
func listed(text string) bool {
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '[':
			open++
		case ']':
			open--
		case ',':
			if open == 0 {
				return true
			}
		}
	}
	return false
}

// splitList cuts at commas outside of brackets.
func splitList(text string) ([]string, error) {
	var parts []string
	open, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[':
			open++
		case ']':
			if open--; open < 0 {
				return nil, errors.New("] without [")
			}
		case ',':
			if open == 0 {
				parts = append(parts, strings.TrimSpace(text[from:i]))
				from = i + 1
			}
		}
	}
	if open != 0 {
		return nil, errors.New("[ without ]")
	}
	parts = append(parts, strings.TrimSpace(text[from:]))
	for _, p := range parts {
		if p == "" {
			return nil, errors.New("empty element")
		}
	}
	return parts, nil
}
