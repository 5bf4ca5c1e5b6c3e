package dissect

import (
	"maps"
	"sync"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Sizes of what passes between the goroutines: large enough that handing it over costs little a packet.
const (
	roundPackets = 512                          // packets given out before all workers are given their share
	roundBytes   = 1 << 20                      // or bytes copied
	roundsAhead  = 4                            // rounds that the giver may be ahead
	laneEvents   = 256                          // events of a lane before they are handed on within a round
	laneText     = 96 << 10                     // bytes of their lines, to begin with; or two thirds of that many
	lanePackets  = 256                          // packets of a lane before its events are handed on
	laneTime     = int64(20 * time.Millisecond) // or how long they wait
	farEvery     = 32                           // packets after which a worker says how far it is
	maxWorkers   = 256
)

// Workers shares packets out among analyzers by the pair of hosts they belong to, and puts the events together again in the
// order in which one analyzer would have told them. As with one, a fault in a packet loses that packet alone.
//
// Either one goroutine gives all packets through Packet and Advance, or each of n goroutines gives its own through its Lane,
// where the capture has shared them out by pairs of hosts already. emit is called by one goroutine at a time.
type Workers struct {
	all    []*Analyzer
	lanes  []*Lane
	deal   *dealer    // nil until the first Packet
	merger *merger    // nil where one analyzer does it all
	seen   sync.Mutex // Watch.Seen is called by one goroutine at a time
}

// NewWorkers makes n analyzers, 1 – 256; limits of memory in cfg are for all of them together.
func NewWorkers(n int, cfg Config, protocols []Protocol, emit func(event.Event)) *Workers {
	if n = min(max(n, 1), maxWorkers); n == 1 {
		return &Workers{all: []*Analyzer{New(cfg, protocols, emit)}}
	}
	cfg.MaxFlows = max(cfg.MaxFlows/n, 1<<10)
	cfg.BufferBytes = max(cfg.BufferBytes/n, 1<<20)
	w := &Workers{merger: newMerger(n, emit)}
	w.merger.lend, cfg.Lend = cfg.Lend, false // they come back by the merger
	shared := &promises{}
	for i := range n {
		l := &Lane{merger: w.merger, index: i, of: uint64(n)}
		a := New(cfg, protocols, l.take)
		a.promises = shared
		l.a = a
		w.all, w.lanes = append(w.all, a), append(w.lanes, l)
		a.catchUp = l.catchUp
	}
	for _, l := range w.lanes {
		l.others = w.lanes
	}
	return w
}

// Inspect gives each analyzer an inspector of its own, and that one the analyzer's Tell; it must be called before the first packet.
func (w *Workers) Inspect(make func(worker int, tell func(event.Event)) wire.Inspector) {
	for i, a := range w.all {
		a.Inspect(make(i, a.Tell))
	}
}

// Write has each event written by the worker that saw it, while another one may be judged: make gives each worker what appends
// an event's lines to b, out takes the lines of an event behind emit, valid during the call. It must be called before the first packet.
func (w *Workers) Write(make func() func(b []byte, e event.Event) []byte, out func(lines []byte)) {
	if w.merger == nil {
		a, write, text := w.all[0], make(), []byte(nil)
		emit := a.out
		a.out = func(e event.Event) {
			emit(e)
			if text = write(text[:0], e); len(text) > 0 {
				out(text)
			}
		}
		return
	}
	w.merger.out = out
	for _, l := range w.lanes {
		l.write = make()
	}
}

// Files gives the content of all files to sink, which is called by several goroutines.
func (w *Workers) Files(sink wire.FileSink) {
	for _, a := range w.all {
		a.Files(sink)
	}
}

// Watch is Analyzer.Watch.
func (w *Workers) Watch(what Watch) {
	if see := what.Seen; see != nil {
		what.Seen = func(s event.Sighting) {
			w.seen.Lock()
			defer w.seen.Unlock()
			see(s)
		}
	}
	for _, a := range w.all {
		a.Watch(what)
	}
}

// Packet implements capture.Sink for all packets of a capture.
func (w *Workers) Packet(p *capture.Packet) {
	if w.merger == nil {
		w.all[0].Packet(p)
		return
	}
	if w.deal == nil {
		w.deal = newDealer(w.lanes)
	}
	w.deal.packet(p)
}

// Advance implements capture.Sink.
func (w *Workers) Advance(now time.Time) {
	if w.merger == nil {
		w.all[0].Advance(now)
		return
	}
	if w.deal == nil {
		w.deal = newDealer(w.lanes)
	}
	w.deal.clock(now.UnixNano())
	w.deal.round()
}

// Lane is where goroutine i gives its packets.
func (w *Workers) Lane(i int) capture.Sink {
	if w.merger == nil {
		return w.all[i]
	}
	return w.lanes[i]
}

// N is how many analyzers there are.
func (w *Workers) N() int { return len(w.all) }

// Close ends all flows. The goroutines of lanes must have ended.
func (w *Workers) Close() {
	if w.merger == nil {
		w.all[0].Close()
		return
	}
	if w.deal != nil {
		w.deal.close()
	} else {
		for _, l := range w.lanes {
			l.end()
		}
	}
	w.merger.close()
}

// Stats sums up the analyzers.
func (w *Workers) Stats() event.SensorStats {
	s := w.all[0].Stats()
	for _, a := range w.all[1:] {
		add(&s, a.Stats())
	}
	return s
}

// add sums up counters.
func add(s *event.SensorStats, t event.SensorStats) {
	if t.Time.After(s.Time) {
		s.Time = t.Time
	}
	s.Packets += t.Packets
	s.Bytes += t.Bytes
	s.PayloadBytes += t.PayloadBytes
	s.DecodeErrors += t.DecodeErrors
	s.Flows += t.Flows
	s.FlowsOpen += t.FlowsOpen
	s.Evicted += t.Evicted
	s.GapBytes += t.GapBytes
	s.OpaqueBytes += t.OpaqueBytes
	s.Unparsed += t.Unparsed
	s.Blind.Add(t.Blind)
	s.ByApp, s.ByAppUDP = summed(maps.Clone(s.ByApp), t.ByApp), summed(maps.Clone(s.ByAppUDP), t.ByAppUDP)
}

// summed adds counters to those of into, which is made where it is nil and there are any.
func summed(into map[string]uint64, more ...map[string]uint64) map[string]uint64 {
	for _, m := range more {
		if into == nil && len(m) > 0 {
			into = make(map[string]uint64, len(m))
		}
		for k, v := range m {
			into[k] += v
		}
	}
	return into
}
