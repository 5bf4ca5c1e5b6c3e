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

// reader is who is shown an event, with what showing takes beside each other: nearly every event is shown to fifty.
type reader struct {
	inst    Instance
	emit    Emit
	running *running
}

// readers is who is shown the events of each kind.
type readers [kinds][]reader

// add lists r where it reads.
func (s *readers) add(r *running) {
	for k := range s {
		if r.Reads == nil || slices.ContainsFunc(r.Reads, func(e event.Event) bool { return kindOf(e) == k }) {
			s[k] = append(s[k], reader{r.inst, r.emit, r})
		}
	}
}

// leave shows r nothing any more. The lists are made anew: one of them may be being walked through.
func (s *readers) leave(r *running) {
	for k, list := range s {
		s[k] = slices.DeleteFunc(slices.Clone(list), func(x reader) bool { return x.running == r })
	}
}
