package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Ports is a set of port numbers. It is immutable; nil holds every port.
type Ports struct {
	Text  string // as written
	spans []Range
}

// Range is a range of ports, both ends included.
type Range struct{ Low, High uint16 }

// Contains reports whether the set holds p.
func (s *Ports) Contains(p uint16) bool {
	if s == nil {
		return true
	}
	i, j := 0, len(s.spans)
	for i < j {
		m := (i + j) / 2
		if s.spans[m].High < p {
			i = m + 1
		} else {
			j = m
		}
	}
	return i < len(s.spans) && s.spans[i].Low <= p
}

// Ranges are the ports in order, disjoint; all of them for nil. They must not be changed.
func (s *Ports) Ranges() []Range {
	if s == nil {
		return []Range{{0, 65535}}
	}
	return s.spans
}

// ParsePorts reads a port expression of a rule header: any, numbers, ranges a:b (either end may be left out), $VARIABLES, lists
// in brackets, each with "!" before it. It gives nil for every port.
func ParsePorts(text string, vars map[string]string) (*Ports, error) {
	set, err := parseSet(text, vars, 0, portAlgebra)
	if err != nil {
		return nil, err
	}
	if len(set) == 0 {
		return nil, fmt.Errorf("%q holds no port at all; take out the part that excludes everything", text)
	}
	if len(set) == 1 && set[0] == (Range{0, 65535}) {
		return nil, nil
	}
	return &Ports{Text: text, spans: slices.Clip(set)}, nil
}

var portAlgebra = algebra[Range]{
	what: "port",
	one:  portRange,
	all:  []Range{{0, 65535}},
	merge: func(s []Range) []Range {
		slices.SortFunc(s, func(a, b Range) int { return cmp.Compare(a.Low, b.Low) })
		out := s[:0]
		for _, x := range s {
			if n := len(out); n > 0 && int(out[n-1].High)+1 >= int(x.Low) {
				out[n-1].High = max(out[n-1].High, x.High)
				continue
			}
			out = append(out, x)
		}
		return out
	},
	invert: func(s []Range) []Range {
		var out []Range
		from := 0
		for _, x := range s {
			if from < int(x.Low) {
				out = append(out, Range{uint16(from), x.Low - 1})
			}
			from = int(x.High) + 1
		}
		if from <= 65535 {
			out = append(out, Range{uint16(from), 65535})
		}
		return out
	},
}

func portRange(text string) (Range, error) {
	low, high, ranged := strings.Cut(text, ":")
	r := Range{0, 65535}
	bad := fmt.Errorf("%q is not a port or a range of ports", text)
	if low = strings.TrimSpace(low); low != "" {
		n, err := strconv.ParseUint(low, 10, 16)
		if err != nil {
			return r, bad
		}
		r.Low = uint16(n)
	} else if !ranged {
		return r, bad
	}
	if !ranged {
		r.High = r.Low
		return r, nil
	}
	if high = strings.TrimSpace(high); high != "" {
		n, err := strconv.ParseUint(high, 10, 16)
		if err != nil || uint16(n) < r.Low {
			return r, bad
		}
		r.High = uint16(n)
	}
	return r, nil
}
