package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// sensor moves packets from its sources, one a worker, through the analyzers into a queue of
// events. It is a service.Part; each source has a goroutine that does nothing else,
// so that the rings are emptied whatever the rooms behind are busy with.
type sensor struct {
	log      *slog.Logger
	open     func() ([]capture.Source, error) // as many as there are workers
	analyzer *dissect.Workers
	keep     capture.StoreConfig
	events   chan event.Event

	live  atomic.Pointer[[]capture.Source] // nil before Start
	store atomic.Pointer[capture.Store]    // nil where packets are not kept
	stop  context.CancelFunc
	ended sync.WaitGroup
	fault atomic.Pointer[string]
}

// eventQueue is how many events may wait for judgement. When it is full the
// sensor waits and the ring takes the strain; what that loses the kernel counts.
const eventQueue = 1 << 16

// newSensor prepares a sensor of some workers, which open must give a source each.
func newSensor(log *slog.Logger, cfg dissect.Config, workers int, protocols []dissect.Protocol, open func() ([]capture.Source, error)) *sensor {
	s := &sensor{log: log, open: open, events: make(chan event.Event, eventQueue)}
	s.analyzer = dissect.NewWorkers(workers, cfg, protocols, func(e event.Event) { s.events <- e })
	return s
}

// Name implements service.Part.
func (s *sensor) Name() string { return "sensor" }

// Start opens the sources and begins to read them.
func (s *sensor) Start(context.Context) error {
	var store *capture.Store
	if s.keep.Dir != "" {
		var err error
		if store, err = capture.OpenStore(s.keep); err != nil {
			return err
		}
		s.store.Store(store)
	}
	sources, err := s.open()
	if err != nil {
		return err
	}
	s.live.Store(&sources)
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.ended.Go(func() { s.run(ctx, sources, store) })
	return nil
}

func (s *sensor) run(ctx context.Context, sources []capture.Source, store *capture.Store) {
	defer close(s.events)
	var readers sync.WaitGroup
	for i, src := range sources {
		readers.Go(func() { s.read(ctx, src, s.analyzer.Lane(i), store) })
	}
	readers.Wait()
	s.analyzer.Close()
	if store != nil {
		if err := store.Close(); err != nil {
			s.log.Error("closing the packets on disk", "error", err)
		}
	}
}

// read moves the packets of one source.
func (s *sensor) read(ctx context.Context, src capture.Source, sink capture.Sink, store *capture.Store) {
	if store != nil {
		lane := store.Lane(sink)
		defer lane.Flush()
		sink = lane
	}
	if err := capture.Run(ctx, src, sink); err != nil {
		text := fmt.Sprintf("センサーが止まりました: %v", err)
		s.fault.Store(&text)
		s.log.Error("the sensor stopped", "error", err)
	}
}

// Stop ends the capture; the flows that were open are told of.
func (s *sensor) Stop(context.Context) error {
	if s.stop == nil {
		close(s.events) // never started: nobody else will
		return nil
	}
	s.stop()
	s.ended.Wait()
	return nil
}

// Watch implements act.Watcher.
func (s *sensor) watch(ips []netip.Addr, macs []event.MAC, seen func(event.Sighting)) {
	s.analyzer.Watch(dissect.Watch{IPs: ips, MACs: macs, Seen: seen})
}

// Stats is the sensor's health, the kernel's counters included.
func (s *sensor) Stats() []event.SensorStats {
	st := s.analyzer.Stats()
	sources := s.live.Load()
	if st.Time.IsZero() || sources == nil {
		st.Time = time.Now().UTC()
	}
	if sources != nil {
		for _, src := range *sources {
			st.KernelDrops += src.Stats().Drops
		}
	}
	return []event.SensorStats{st}
}

// pulse is how far the sensor is, for act: only one that sees something, and is not behind, can see silence.
func (s *sensor) pulse() (p act.Pulse) {
	sources := s.live.Load()
	if sources == nil {
		return p
	}
	for _, src := range *sources {
		st := src.Stats()
		p.Packets += st.Packets
		if p.UpTo.IsZero() || !st.UpTo.IsZero() && st.UpTo.Before(p.UpTo) {
			p.UpTo = st.UpTo
		}
	}
	return p
}

// problem is why the sensor stopped or sees less than it should, "" while all is well.
func (s *sensor) problem() string {
	if p := s.fault.Load(); p != nil {
		return *p
	}
	sources := s.live.Load()
	if sources == nil {
		return ""
	}
	var gone []string
	for _, src := range *sources {
		gone = append(gone, src.Stats().Gone...) // each worker listens to all
	}
	if len(gone) == 0 {
		return ""
	}
	slices.Sort(gone)
	return fmt.Sprintf("見張りの口が外れました: %s。残りの口で見張りを続けています。線と口を確かめ、櫓を起動し直してください", strings.Join(slices.Compact(gone), "、"))
}
