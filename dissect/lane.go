package dissect

import (
	"math"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// Lane is a capture.Sink with an analyzer behind it.
type Lane struct {
	a      *Analyzer
	merger *merger
	index  int
	of     uint64
	events []placed
	write  func(b []byte, e event.Event) []byte // nil: nothing is written
	text   []byte                               // of the events
	count  uint64                               // packets given
	since  int                                  // of them since the events were handed on
	handed int64                                // when, ns
	live   bool                                 // events stand in the order of their time, not of their packet's number
	ended  bool

	far    atomic.Uint64 // number of the packet at hand, or of one before it
	others []*Lane
}

// placed is an event with its place, and where its lines end within the text of its parcel.
type placed struct {
	order
	event event.Event
	end   int
}

// take is where the analyzer tells its events.
func (l *Lane) take(e event.Event) {
	at := l.a.at
	if l.live {
		at = order{number: uint64(max(l.a.now, 0))}
	}
	if l.write != nil {
		l.text = l.write(l.text, e)
	}
	l.events = append(l.events, placed{at, e, len(l.text)})
	if (len(l.events) >= laneEvents || len(l.text) >= laneText*2/3) && !l.live {
		l.hand(at)
	}
}

// Packet implements capture.Sink. The packets of the lanes are numbered in turn, so that a number names one.
func (l *Lane) Packet(p *capture.Packet) {
	l.live = true
	l.count++
	p.Number = l.count*l.of + uint64(l.index)
	l.a.Packet(p)
	if l.since++; l.since >= lanePackets || p.Nanos-l.handed >= laneTime {
		l.handed = p.Nanos
		l.hand(behind(uint64(max(l.a.now, 0))))
	}
}

// Advance implements capture.Sink.
func (l *Lane) Advance(now time.Time) {
	l.live = true
	l.a.Advance(now)
	l.hand(behind(uint64(max(l.a.now, 0))))
}

// hand gives the events to the merger, with the promise that the next ones do not stand before upTo.
func (l *Lane) hand(upTo order) {
	l.since = 0
	if len(l.events) == 0 {
		l.merger.in <- parcel{worker: l.index, upTo: upTo}
		return
	}
	l.merger.in <- parcel{worker: l.index, events: l.events, upTo: upTo, list: l.events, text: l.text}
	s := l.merger.spare()
	for i := range s.list {
		if e := &s.list[i].event; *e != nil {
			l.a.lender.take(*e)
			*e = nil
		}
	}
	l.events, l.text = s.list[:0], s.text
	if l.text == nil && l.write != nil {
		l.text = make([]byte, 0, laneText)
	}
}

func (l *Lane) end() {
	if !l.ended {
		l.ended = true
		l.live = false
		l.a.Close()
		l.hand(behind(math.MaxUint64))
	}
}

// work takes the dealer's rounds.
func (l *Lane) work(rounds <-chan *hand, back chan<- *hand) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a mapped file may shrink
	var p capture.Packet
	for h := range rounds {
		for i := range h.cards {
			c := &h.cards[i]
			if i+fetchAhead < len(h.cards) {
				h.cards[i+fetchAhead].fetch()
			}
			if i%farEvery == 0 {
				l.far.Store(h.first + uint64(c.place))
			}
			switch c.read(&p, h.first); c.kind {
			case aPacket:
				l.a.Packet(&p)
			case aClock:
				l.a.clock(p.Number, p.Nanos)
			case aQuote:
				l.a.quoted(&p)
			}
		}
		upTo := h.upTo
		l.far.Store(upTo + 1)
		h.clear()
		back <- h
		l.hand(behind(upTo))
	}
	l.far.Store(math.MaxUint64)
	l.end()
}

// catchUp waits until the other lanes have done with all packets before the one at hand. None of them can wait for this one
// meanwhile: they are behind it.
func (l *Lane) catchUp() {
	l.far.Store(l.a.at.number) // or it waits for somebody who waits for it
	for _, other := range l.others {
		for !l.live && !l.ended && other.far.Load() < l.a.at.number {
			runtime.Gosched()
		}
	}
}
