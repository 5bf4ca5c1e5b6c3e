package dissect

import (
	"math"
	"sync"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// maxWaiting is how many events may wait for a worker that is behind; beyond it order gives way.
const maxWaiting = 1 << 18

// parcelsAhead is how many parcels of a worker may be on their way, so that it goes on where there is much to tell.
const parcelsAhead = 6

// tellAhead is how many events early one is brought from the memory of the processor that made it.
const tellAhead = 4

// fetch does that for the events of which there are most.
func fetch(e event.Event) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		capture.FetchValue(e)
	case *event.DNSActivity:
		capture.FetchValue(e)
	case *event.HTTPActivity:
		capture.FetchValue(e)
	}
}

// merger puts the events of several analyzers into one order.
type merger struct {
	in    chan parcel
	back  chan spare
	ended sync.WaitGroup
	emit  func(event.Event)
	out   func(lines []byte) // nil: nothing is written
	lend  bool               // events go back to the workers

	queues  [][]parcel // of each worker, oldest first; of the first parcel, what is still to be told
	upTo    []order    // what each has promised
	waiting int
}

// parcel is some events of one worker, in order; later ones do not stand before upTo.
type parcel struct {
	worker int
	events []placed
	upTo   order
	list   []placed // what events was at first, to be used again
	text   []byte   // what was written of them
	told   int      // so much of text was given out
}

// spare is what goes back to a worker, to be used again: a list, with its events where they were only lent.
type spare struct {
	list []placed
	text []byte
}

// maxSpareText bounds the text that is kept for the next parcel.
const maxSpareText = 2 * laneText

func newMerger(n int, emit func(event.Event)) *merger {
	m := &merger{in: make(chan parcel, parcelsAhead*n), back: make(chan spare, 2*parcelsAhead*n), emit: emit, queues: make([][]parcel, n), upTo: make([]order, n)}
	m.ended.Go(m.run)
	return m
}

func (m *merger) close() {
	close(m.in)
	m.ended.Wait()
}

// spare gives room for events.
func (m *merger) spare() spare {
	select {
	case s := <-m.back:
		return s
	default:
		return spare{list: make([]placed, 0, lanePackets)}
	}
}

func (m *merger) run() {
	for p := range m.in {
		m.upTo[p.worker] = p.upTo
		if len(p.events) > 0 {
			m.queues[p.worker] = append(m.queues[p.worker], p)
			m.waiting += len(p.events)
		}
		m.tell()
	}
}

// tell hands on, in order, what no worker can come before any more.
func (m *merger) tell() {
	sure := behind(math.MaxUint64)
	for _, o := range m.upTo {
		if o.less(sure) {
			sure = o
		}
	}
	if m.waiting > maxWaiting {
		sure = behind(math.MaxUint64)
	}
	for {
		first := -1
		for i, q := range m.queues {
			if len(q) > 0 && (first < 0 || q[0].events[0].less(m.queues[first][0].events[0].order)) {
				first = i
			}
		}
		if first < 0 || sure.less(m.queues[first][0].events[0].order) {
			return
		}
		m.one(first)
	}
}

// one tells the first event of worker i.
func (m *merger) one(i int) {
	p := &m.queues[i][0]
	first := &p.events[0]
	if len(p.events) > tellAhead {
		fetch(p.events[tellAhead].event)
	}
	m.emit(first.event)
	if first.end > p.told {
		m.out(p.text[p.told:first.end])
		p.told = first.end
	}
	if !m.lend {
		first.event = nil
	}
	p.events = p.events[1:]
	m.waiting--
	if len(p.events) > 0 {
		return
	}
	if cap(p.text) > maxSpareText {
		p.text = nil
	}
	select {
	case m.back <- spare{p.list, p.text[:0]}:
	default:
	}
	*p = parcel{}
	m.queues[i] = m.queues[i][1:]
}
