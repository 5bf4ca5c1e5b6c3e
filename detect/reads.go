package detect

import (
	"slices"

	"github.com/yagura-project/yagura/event"
)

// The kinds of events of which there are so many that it is known beforehand who looks at them, and all others together.
const (
	others = iota
	flows
	names
	requests
	files
	kinds
)

func kindOf(e event.Event) int {
	switch e.(type) {
	case *event.NetworkActivity:
		return flows
	case *event.DNSActivity:
		return names
	case *event.HTTPActivity:
		return requests
	case *event.SMBActivity:
		return files
	}
	return others
}

// readers is who is shown the events of each kind.
type readers [kinds][]*running

// add lists r where it reads.
func (s *readers) add(r *running) {
	for k := range s {
		if r.Reads == nil || slices.ContainsFunc(r.Reads, func(e event.Event) bool { return kindOf(e) == k }) {
			s[k] = append(s[k], r)
		}
	}
}
