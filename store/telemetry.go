package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Telemetry writes what the sensor sees into sealed segments. It is a service.Part.
type Telemetry struct {
	state *State
	namer Namer
	log   *slog.Logger

	queue  chan event.Event
	flush  chan chan error
	stop   chan struct{}
	done   chan struct{}
	once   sync.Once
	closed atomic.Bool

	refreshed  atomic.Int64  // when a hunt last asked for a seal, ns
	patience   time.Duration // how long a hunt waits for it
	tending    sync.WaitGroup
	endTending context.CancelFunc

	flows   *flows
	draft   *draft
	batch   []Row
	waiting []sealed // sealed, but not yet on the disk
	kept    atomic.Uint64
	dropped atomic.Uint64
	lost    atomic.Uint64

	forgotten atomic.Uint64
	files     atomic.Uint64
	failure   atomic.Pointer[string]
}

// sealed is a segment on its way to the disk; data is nil once its file is in place.
type sealed struct {
	Segment
	data []byte
}

// TelemetryStats counts what went through.
type TelemetryStats struct {
	Kept     uint64 // events written into a segment, sealed or open
	Dropped  uint64 // events refused by Append because the queue was full or the writer stopped
	Lost     uint64 // events given up because the disk took nothing for too long
	Forgot   uint64 // conversations that went on too long beside too many others: their bytes may count twice
	Segments uint64 // files sealed since the start
	Queued   int    // events waiting now
	Failure  string // why the disk takes nothing at the moment; "" = it does
}

// maxWaiting bounds what is held in memory while the disk takes nothing: about 5 million events.
const maxWaiting = 128 << 20

// NewTelemetry is inert until Start. namer may be nil: then rows carry addresses only.
func NewTelemetry(s *State, namer Namer, log *slog.Logger) *Telemetry {
	return &Telemetry{
		state: s, namer: namer, log: log, flows: newFlows(), draft: newDraft(),
		queue: make(chan event.Event, s.cfg.Queue), flush: make(chan chan error),
		stop: make(chan struct{}), done: make(chan struct{}),
		batch: make([]Row, 0, 256), patience: refreshWait,
	}
}

// Name is "telemetry".
func (t *Telemetry) Name() string { return "telemetry" }

// Start puts the segments in order after whatever happened last time, and begins to write.
func (t *Telemetry) Start(ctx context.Context) error {
	if err := t.state.heal(ctx, t.log); err != nil {
		return fmt.Errorf("put the segments in order: %w", err)
	}
	go t.run()
	refresh := t.refresh
	t.state.fresh.Store(&refresh)
	tending, end := context.WithCancel(context.Background())
	t.endTending = end
	t.tending.Go(func() { t.tend(tending) })
	return nil
}

// Stop seals what is open and ends the writer.
func (t *Telemetry) Stop(ctx context.Context) error {
	t.closed.Store(true)
	t.state.fresh.Store(nil)
	t.once.Do(func() { close(t.stop) })
	if t.endTending != nil {
		t.endTending()
		t.tending.Wait()
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		return fmt.Errorf("telemetry: %d events were not written in time: %w", len(t.queue), ctx.Err())
	}
	if f := t.failure.Load(); f != nil {
		return fmt.Errorf("telemetry: the last events are not kept: %s", *f)
	}
	return nil
}

// Append hands over one event and never waits: when the queue is full the event is dropped and counted.
func (t *Telemetry) Append(e event.Event) {
	if t.closed.Load() {
		t.dropped.Add(1)
		return
	}
	select {
	case t.queue <- e:
	default:
		t.dropped.Add(1)
	}
}

// AppendWait hands over one event and waits for room: for replays, where nothing needs to be lost.
func (t *Telemetry) AppendWait(ctx context.Context, e event.Event) error {
	select {
	case t.queue <- e:
		return nil
	case <-t.stop:
		return errors.New("telemetry has stopped")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Flush seals what has been handed over so far, so that hunts see it, and says whether it is on the disk.
func (t *Telemetry) Flush(ctx context.Context) error {
	ack := make(chan error, 1)
	select {
	case t.flush <- ack:
	case <-t.done:
		return errors.New("telemetry has stopped")
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-ack:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A hunt sees what has been sealed. Before it looks, what is open is sealed too, but not more often than this.
const (
	refreshEvery = 5 * time.Second
	refreshWait  = 2 * time.Second
)

// refresh lets a hunt see what happened until now; when that cannot be had soon, the hunt does without.
func (t *Telemetry) refresh(ctx context.Context) {
	now, last := t.state.now().UnixNano(), t.refreshed.Load()
	if now-last < int64(refreshEvery) || !t.refreshed.CompareAndSwap(last, now) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	if err := t.Flush(ctx); err != nil {
		t.log.Debug("a hunt does without the last minute", "error", err)
	}
}

// Stats may be read at any time.
func (t *Telemetry) Stats() TelemetryStats {
	v := TelemetryStats{
		Kept: t.kept.Load(), Dropped: t.dropped.Load(), Lost: t.lost.Load(), Forgot: t.forgotten.Load(),
		Segments: t.files.Load(), Queued: len(t.queue),
	}
	if f := t.failure.Load(); f != nil {
		v.Failure = *f
	}
	return v
}
