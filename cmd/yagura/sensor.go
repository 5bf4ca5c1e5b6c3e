package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// sensor moves packets from the source through the analyzer into a queue of
// events. It is a service.Part; everything that it does runs on one goroutine,
// so that the ring is emptied whatever the rooms behind are busy with.
type sensor struct {
	log      *slog.Logger
	open     func() (capture.Source, error)
	analyzer *dissect.Analyzer
	events   chan event.Event

	source capture.Source
	live   atomic.Pointer[capture.Source] // the source, for others than Start and run
	stop   context.CancelFunc
	ended  sync.WaitGroup
	fault  atomic.Pointer[string]
}

// eventQueue is how many events may wait for judgement. When it is full the
// sensor waits and the ring takes the strain; what that loses the kernel counts.
const eventQueue = 1 << 16

func newSensor(log *slog.Logger, cfg dissect.Config, protocols []dissect.Protocol, open func() (capture.Source, error)) *sensor {
	s := &sensor{log: log, open: open, events: make(chan event.Event, eventQueue)}
	s.analyzer = dissect.New(cfg, protocols, func(e event.Event) { s.events <- e })
	return s
}

// Name implements service.Part.
func (s *sensor) Name() string { return "sensor" }

// Start opens the source and begins to read it.
func (s *sensor) Start(context.Context) error {
	src, err := s.open()
	if err != nil {
		return err
	}
	s.source = src
	s.live.Store(&src)
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.ended.Go(func() { s.run(ctx) })
	return nil
}

func (s *sensor) run(ctx context.Context) {
	defer close(s.events)
	err := capture.Run(ctx, s.source, s.analyzer)
	s.analyzer.Close()
	if err != nil {
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
	src := s.live.Load()
	if st.Time.IsZero() || src == nil {
		st.Time = time.Now().UTC()
	}
	if src != nil {
		st.KernelDrops = (*src).Stats().Drops
	}
	return []event.SensorStats{st}
}

// packets counts what was seen so far, for act: only a sensor that sees something can see silence.
func (s *sensor) packets() uint64 {
	if src := s.live.Load(); src != nil {
		return (*src).Stats().Packets
	}
	return 0
}

// problem is why the sensor stopped, "" while it runs.
func (s *sensor) problem() string {
	if p := s.fault.Load(); p != nil {
		return *p
	}
	return ""
}
