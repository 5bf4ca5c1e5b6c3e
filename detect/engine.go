package detect

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// tick is how often, in capture time, the detectors' clocks are moved.
const tick = time.Second

// Engine feeds events to the detectors in capture time and hands out folded
// findings. Its methods may be called from several goroutines.
type Engine struct {
	mu     sync.Mutex
	cfg    Config
	deps   Deps
	run    []*running
	shown  readers
	fold   *folder
	out    func(event.Finding)
	clock  time.Time // newest capture time seen
	moved  time.Time // the tick that the detectors know of
	behind int       // events in a row that lie far behind the clock
	head   event.Header
	stats  EngineStats
}

type running struct {
	Detector
	cfg    any // its settings
	inst   Instance
	emit   Emit
	stats  DetectorStats
	broken bool // it panicked too often
}

// maxPanics is after how many panics a detector is switched off for this run.
const maxPanics = 100

// EngineStats counts what passed through the engine.
type EngineStats struct {
	Events     uint64                   `json:"events"`
	Findings   uint64                   `json:"findings"`   // concluded, before folding
	Emitted    uint64                   `json:"emitted"`    // handed on, updates included
	Suppressed uint64                   `json:"suppressed"` // accepted by an exception
	Gates      Stats                    `json:"gates"`
	Folded     Stats                    `json:"folded"`
	Detectors  map[string]DetectorStats `json:"detectors"`
}

// DetectorStats counts one detector.
type DetectorStats struct {
	Stats
	Findings uint64 `json:"findings"`
	Panics   uint64 `json:"panics"`
	Off      bool   `json:"off,omitempty"` // switched off after too many panics
}

// New prepares an engine; out receives each new finding and its later updates
// (same UID) and must not call the engine back. Errors name the setting.
func New(cfg Config, deps Deps, list []Detector, out func(event.Finding)) (*Engine, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &Engine{cfg: cfg, deps: deps.complete(), fold: newFolder(cfg), out: out}
	errs := []error{unknownIDs(cfg, list)}
	for _, d := range list {
		if slices.Contains(cfg.Disabled, d.Info.ID) {
			continue
		}
		own, err := d.configure(cfg.Detectors[d.Info.ID])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		r := &running{Detector: d, cfg: own, inst: d.New(own, e.deps)}
		r.emit = func(f event.Finding) { e.conclude(r, f) }
		e.run = append(e.run, r)
		e.shown.add(r)
	}
	return e, errors.Join(errs...)
}

func unknownIDs(cfg Config, list []Detector) error {
	known := func(id string) bool {
		return slices.ContainsFunc(list, func(d Detector) bool { return d.Info.ID == id })
	}
	for _, id := range cfg.Disabled {
		if !known(id) {
			return fmt.Errorf("detect.disabled: no detector is called %q", id)
		}
	}
	for id := range cfg.Detectors {
		if !known(id) {
			return fmt.Errorf("detect.detectors: no detector is called %q", id)
		}
	}
	return nil
}

// Observe judges one event. Events may be somewhat out of order.
func (e *Engine) Observe(ev event.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	h := ev.Head()
	e.stats.Events++
	e.advance(h.Time)
	e.head = *h
	ev = turned(ev)
	e.deps.Facts.Observe(ev)
	for next, to := 0, e.shown[kindOf(ev)]; next < len(to); {
		next = e.observe(to, next, ev)
	}
}

// Advance moves the capture clock when no events come; earlier times are ignored.
func (e *Engine) Advance(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advance(now)
}

// putBack is after how many events in a row that lie more than a leap behind the clock is taken to have been put back.
const putBack = 256

func (e *Engine) advance(now time.Time) {
	if !now.After(e.clock) {
		if e.clock.Sub(now) <= leap {
			e.behind = 0
			return
		}
		if e.behind++; e.behind < putBack {
			return
		}
		e.moved = time.Time{}
	}
	e.behind = 0
	e.clock = now
	t := now.Truncate(tick)
	if !t.After(e.moved) {
		return
	}
	e.moved = t
	for next := 0; next < len(e.run); {
		next = e.tick(next, t)
	}
	e.fold.table.Expire(t)
}

// Close lets the detectors conclude what is still open and emits findings
// whose count grew since they were last told. The engine can be used no more.
func (e *Engine) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.clock.IsZero() {
		e.advance(e.clock.Truncate(tick).Add(tick))
	}
	for _, f := range e.fold.rest() {
		e.stats.Emitted++
		e.out(f)
	}
	e.run, e.shown = nil, readers{}
}

// observe shows an event to the detectors from at on and returns behind which of them it ended: all, or the one that panicked.
func (e *Engine) observe(to []reader, at int, ev event.Event) (next int) {
	defer func() {
		if x := recover(); x != nil {
			e.caught(to[next].running, x)
			next++
		}
	}()
	for next = at; next < len(to); next++ {
		to[next].inst.Observe(ev, to[next].emit)
	}
	return next
}

// tick moves the clocks of the detectors from at on, and returns as observe does.
func (e *Engine) tick(at int, now time.Time) (next int) {
	defer func() {
		if x := recover(); x != nil {
			e.caught(e.run[next], x)
			next++
		}
	}()
	for next = at; next < len(e.run); next++ {
		if r := e.run[next]; !r.broken {
			r.inst.Advance(now, r.emit)
		}
	}
	return next
}

// caught loses what the detector was doing, counts it, and lets the river go on.
func (e *Engine) caught(r *running, x any) {
	r.stats.Panics++
	if r.stats.Panics == 1 {
		e.deps.Log.Error("a detector panicked; the event is lost to it", "detector", r.Info.ID, "panic", x)
	}
	if r.stats.Panics >= maxPanics {
		r.broken = true
		e.shown.leave(r)
		e.deps.Log.Error("detector switched off after too many panics", "detector", r.Info.ID)
	}
}

// conclude completes a finding, applies exceptions and folds it.
func (e *Engine) conclude(r *running, f event.Finding) {
	e.stats.Findings++
	r.stats.Findings++
	f.Advisory = r.Info.With(f.Advisory)
	e.complete(&f)
	f.Gates = gatesOf(&f, r.cfg)
	f.Counter = append(f.Counter, e.against(&f)...)
	settings(&r.Detector, f.Gates)
	f.Gates = append(f.Gates, e.common(r, &f)...)
	for _, x := range e.cfg.Exceptions {
		if x.Accepts(&f) {
			e.stats.Suppressed++
			return
		}
	}
	f.Gates = append(f.Gates, considered(e.cfg.Exceptions, &f)...)
	if g, ok := e.fold.add(f, e.clock); ok {
		e.stats.Emitted++
		e.out(g)
	}
}

func (e *Engine) complete(f *event.Finding) {
	if f.Time.IsZero() {
		f.Time = e.clock
	}
	f.Time = f.Time.UTC()
	f.Tenant, f.Site, f.Sensor, f.Seen = e.head.Tenant, e.head.Site, e.head.Sensor, e.head.Seen
	f.Count = max(f.Count, 1)
	if f.First.IsZero() {
		f.First = f.Time
	}
	if f.Last.IsZero() {
		f.Last = f.Time
	}
	e.name(f)
	if f.Zone = f.Device.Zone; f.Zone == "" && f.Device.IP.IsValid() {
		f.Zone = e.deps.Zone(f.Device.IP)
	}
	f.Peers = f.Peers[:min(len(f.Peers), maxFindingPeers)]
	f.Evidence = f.Evidence[:min(len(f.Evidence), maxEvidence)]
}

// Stats is a snapshot of all counters.
func (e *Engine) Stats() EngineStats {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.stats
	s.Gates, s.Folded = e.deps.Facts.Stats(), e.fold.table.Stats()
	s.Detectors = map[string]DetectorStats{}
	for _, r := range e.run {
		d := r.stats
		d.Stats, d.Off = r.inst.Stats(), r.broken
		s.Detectors[r.Info.ID] = d
	}
	return s
}

// Audit gathers what the detectors have to say beside findings; see Auditor.
func (e *Engine) Audit() (out []event.Text) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.run {
		if a, ok := r.inst.(Auditor); ok {
			out = append(out, a.Audit(e.clock)...)
		}
	}
	return out
}
