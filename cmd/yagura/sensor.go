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
	// interfaces is how many are listened to.
	interfaces int
	events     chan event.Event

	live  atomic.Pointer[[]capture.Source] // nil before Start
	store atomic.Pointer[capture.Store]    // nil where packets are not kept
	stop  context.CancelFunc
	ended sync.WaitGroup
	fault atomic.Pointer[string]
	heard atomic.Int64 // second in which packets last came, 0 none yet; only of interfaces
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
	s.ended.Go(func() { s.lookAfter(ctx) })
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
	st.Gone, _, _ = s.gone()
	if n := s.heard.Load(); n != 0 {
		st.Heard = time.Unix(n, 0).UTC()
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
		if len(st.Gone) > 0 {
			st.Since = time.Now()
		}
		if st.Since.After(p.Since) {
			p.Since = st.Since
		}
	}
	return p
}

// problem is why the sensor stopped or sees less than it should, "" while all is well.
func (s *sensor) problem() string {
	if p := s.fault.Load(); p != nil {
		return *p
	}
	gone, stuck, all := s.gone()
	if len(gone) == 0 {
		return ""
	}
	text := fmt.Sprintf("見張りの口が外れたか、止まっています: %s。", strings.Join(gone, "、"))
	if !all {
		text += "残りの口で見張りを続けています。"
	}
	if stuck {
		return text + "線と口を確かめ、櫓を起動し直してください"
	}
	return text + "線と口を確かめてください。口が戻れば、ひとりでに見張りに加えます"
}

// gone are the interfaces that are down or not there, whether they can be listened to again, and whether no other is left.
func (s *sensor) gone() (names []string, stuck, all bool) {
	sources := s.live.Load()
	if sources == nil {
		return nil, false, false
	}
	for _, src := range *sources {
		st := src.Stats()
		names = append(names, st.Gone...) // each worker listens to all
		stuck = stuck || st.Stuck
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names, stuck, len(names) == s.interfaces
}

// quietFor is after how long without any packet a mirror is taken to be at fault: no town is silent for so long.
const quietFor = 90 * time.Second

// silent says since when nothing comes, "" while something does.
func (s *sensor) silent(now time.Time) string {
	at := s.heard.Load()
	if s.interfaces == 0 || at == 0 || now.Sub(time.Unix(at, 0)) < quietFor {
		return ""
	}
	return fmt.Sprintf("%s から通信が来ていません。線とミラーの設定を確かめてください", time.Unix(at, 0).In(jst).Format("1/2 15:04:05"))
}

// lookAfter tells the log of interfaces that go and return, and notes when packets come: a mirror that ends says nothing.
func (s *sensor) lookAfter(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var before []string
	packets := uint64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n := s.pulse().Packets; n != packets && s.interfaces > 0 {
			packets = n
			s.heard.Store(time.Now().Unix())
		}
		now, stuck, _ := s.gone()
		for _, name := range now {
			if !slices.Contains(before, name) {
				s.log.Error("an interface is gone or down; nothing of it is seen until it returns", "interface", name, "restart_needed", stuck)
			}
		}
		for _, name := range before {
			if !slices.Contains(now, name) {
				s.log.Info("an interface has returned and is listened to again", "interface", name)
			}
		}
		before = now
	}
}
