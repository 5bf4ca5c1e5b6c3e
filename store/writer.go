package store

import (
	"context"
	"time"

	"github.com/yagura-project/yagura/event"
)

// run is the writer's only goroutine: it owns the draft and the batch.
func (t *Telemetry) run() {
	defer close(t.done)
	tick := time.NewTicker(t.state.cfg.SealEvery)
	defer tick.Stop()
	for {
		select {
		case e := <-t.queue:
			t.take(e)
		case <-tick.C:
			_ = t.seal() // kept for the next try, and reported by Stats
		case ack := <-t.flush:
			t.drain()
			ack <- t.seal()
		case <-t.stop:
			t.drain()
			_ = t.seal() // Stop reports it from failure
			return
		}
	}
}

// drain takes what was in the queue when it began.
func (t *Telemetry) drain() {
	for range len(t.queue) {
		t.take(<-t.queue)
	}
}

// take lays one event into the batch, and seals when the segment is long enough. The first packet of a flow
// is left out: the flow's later events say the same and more.
func (t *Telemetry) take(e event.Event) {
	if n, ok := e.(*event.NetworkActivity); ok && n.Activity == event.FlowOpen && n.ARP == nil {
		return
	}
	r := rowOf(e)
	if t.namer != nil {
		r.stamp(t.namer, e)
	}
	t.flows.follow(&r)
	t.batch = append(t.batch, r)
	if len(t.batch) == cap(t.batch) {
		t.encode()
	}
	if int(t.draft.rows)+len(t.batch) >= t.state.cfg.SealRows {
		_ = t.seal() // kept for the next try, and reported by Stats
	}
}

func (t *Telemetry) encode() {
	if len(t.batch) == 0 {
		return
	}
	if err := t.draft.add(t.batch, t.state.now()); err != nil {
		t.log.Error("events could not be encoded", "events", len(t.batch), "error", err)
		t.lost.Add(uint64(len(t.batch)))
	}
	t.kept.Add(uint64(len(t.batch)))
	t.forgotten.Store(t.flows.forgotten)
	clear(t.batch)
	t.batch = t.batch[:0]
}

// seal ends the open segment and puts everything that waits onto the disk.
func (t *Telemetry) seal() error {
	t.encode()
	if t.draft.rows > 0 {
		g, data, err := t.draft.seal(t.state.now())
		if err != nil {
			t.lost.Add(uint64(g.Rows))
			return t.failed(err)
		}
		t.waiting = append(t.waiting, sealed{g, data})
	}
	for len(t.waiting) > 0 {
		if err := t.state.keep(context.Background(), &t.waiting[0]); err != nil {
			t.makeRoom()
			return t.failed(err)
		}
		t.waiting = t.waiting[1:]
		t.files.Add(1)
	}
	if t.failure.Swap(nil) != nil {
		t.log.Info("telemetry is written again")
	}
	return nil
}

// keep puts a sealed segment into its place and onto the list.
func (s *State) keep(ctx context.Context, g *sealed) error {
	file := s.segmentFile(g.Segment)
	if g.data != nil {
		if err := place(s.cfg.tmpDir(), file, g.data); err != nil {
			return full(file, err)
		}
		g.data = nil
	}
	return s.putSegment(ctx, g.Segment)
}

func (t *Telemetry) failed(err error) error {
	text := err.Error()
	if old := t.failure.Swap(&text); old == nil || *old != text {
		t.log.Error("telemetry cannot be written; it is held in memory and tried again", "error", err)
	}
	return err
}

// makeRoom gives up the oldest waiting segments when memory would grow without end.
func (t *Telemetry) makeRoom() {
	size := 0
	for i := len(t.waiting) - 1; i >= 0; i-- {
		if size += len(t.waiting[i].data); size <= maxWaiting {
			continue
		}
		for _, g := range t.waiting[:i+1] {
			t.lost.Add(uint64(g.Rows))
		}
		t.waiting = append([]sealed(nil), t.waiting[i+1:]...)
		return
	}
}

// tend keeps the segments few and not too old until ctx ends, beside the writer.
func (t *Telemetry) tend(ctx context.Context) {
	tick := time.NewTicker(mergeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		for what, do := range map[string]func() error{
			"small segments could not be merged": func() error { return t.state.merge(ctx, t.log) },
			"old telemetry could not be removed": func() error { return t.state.retain(ctx) },
		} {
			if err := do(); err != nil && ctx.Err() == nil {
				t.log.Error(what+"; it is tried again", "error", err)
			}
		}
	}
}
