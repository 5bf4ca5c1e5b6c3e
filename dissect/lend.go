package dissect

import "github.com/yagura-project/yagura/event"

// lender makes the events of which there are most, and takes them back where they were only lent.
type lender struct {
	flows []*event.NetworkActivity
	names []*event.DNSActivity
	slab  []event.NetworkActivity // the next new ones
}

// maxLent bounds the events of each kind that are kept; those of a whole parcel come back together.
const maxLent = 4 * lanePackets

// slabSize is how many activities are allocated together. Whoever keeps one keeps the slab.
const slabSize = 16

// flow gives an activity that its taker overwrites.
func (l *lender) flow() *event.NetworkActivity {
	if n := len(l.flows) - 1; n >= 0 {
		e := l.flows[n]
		l.flows = l.flows[:n]
		return e
	}
	if len(l.slab) == 0 {
		l.slab = make([]event.NetworkActivity, slabSize)
	}
	e := &l.slab[0]
	l.slab = l.slab[1:]
	return e
}

func (l *lender) name(service string) *event.DNSActivity {
	if l == nil || len(l.names) == 0 {
		return &event.DNSActivity{Service: service} // written at once: a page that is read first is mapped twice, and the second time all cores are asked
	}
	n := len(l.names) - 1
	e := l.names[n]
	l.names = l.names[:n]
	*e = event.DNSActivity{Service: service, Answers: e.Answers[:0], More: e.More[:0], Authorities: e.Authorities[:0], Additionals: e.Additionals[:0]}
	return e
}

// take takes back what nobody looks at any more.
func (l *lender) take(e event.Event) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if len(l.flows) < maxLent {
			l.flows = append(l.flows, e)
		}
	case *event.DNSActivity:
		if len(l.names) < maxLent && cap(e.Answers) <= maxLentAnswers {
			l.names = append(l.names, e)
		}
	}
}

// maxLentAnswers bounds what a list of answers keeps.
const maxLentAnswers = 16

// DNSActivity is a query of service in this flow that happens now, for the parser to complete and to emit.
func (f *Flow) DNSActivity(service string) *event.DNSActivity {
	a := f.lender.name(service)
	a.Header, a.Conn, a.Activity = f.Head(), f.Conn, event.DNSQuery
	return a
}
