package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// keeper does what comes round: it keeps the inventory and the sensor's
// counters, shows them on open pages and clears away what is past its time.
type keeper struct {
	r     *river
	quit  chan struct{}
	ended sync.WaitGroup
	kept  time.Time // machines seen after this are not kept yet
}

// How often.
const (
	keepDevicesEvery = 5 * time.Second
	keepStatsEvery   = time.Minute
	pruneEvery       = time.Hour
)

func newKeeper(r *river) *keeper { return &keeper{r: r, quit: make(chan struct{})} }

// Name implements service.Part.
func (k *keeper) Name() string { return "keeper" }

// Start keeps the counters as they stand, so that a report of the first minute has some, and begins the rounds.
func (k *keeper) Start(ctx context.Context) error {
	if err := k.stats(ctx); err != nil {
		return err
	}
	k.ended.Go(k.run)
	return nil
}

// Stop keeps what is new and ends.
func (k *keeper) Stop(ctx context.Context) error {
	close(k.quit)
	k.ended.Wait()
	return errors.Join(k.devices(ctx), k.stats(ctx), k.detectors(ctx))
}

func (k *keeper) run() {
	ctx := context.Background()
	devices, stats, prune := time.NewTicker(keepDevicesEvery), time.NewTicker(keepStatsEvery), time.NewTicker(pruneEvery)
	defer devices.Stop()
	defer stats.Stop()
	defer prune.Stop()
	for {
		var err error
		select {
		case <-k.quit:
			return
		case <-devices.C:
			err = k.devices(ctx)
			k.r.console.Hub().Stats(k.r.sensor.Stats())
		case <-stats.C:
			err = errors.Join(k.stats(ctx), k.detectors(ctx))
		case <-prune.C:
			err = k.r.state.Prune(ctx)
		}
		if err != nil {
			k.r.log.Error("a round failed; the next one tries again", "error", err)
		}
	}
}

// devices keeps the machines that were seen since the last time.
func (k *keeper) devices(ctx context.Context) error {
	var fresh []event.Device
	newest := k.kept
	for _, d := range k.r.inventory.Devices() {
		if d.LastSeen.After(k.kept) {
			fresh = append(fresh, d)
		}
		if d.LastSeen.After(newest) {
			newest = d.LastSeen
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := k.r.state.PutDevices(ctx, fresh); err != nil {
		return fmt.Errorf("keep %d machines: %w", len(fresh), err)
	}
	k.kept = newest
	for _, d := range fresh {
		k.r.console.Hub().Device(d)
	}
	return nil
}

func (k *keeper) stats(ctx context.Context) error {
	for _, s := range k.r.sensor.Stats() {
		if err := k.r.state.PutSensorStats(ctx, s); err != nil {
			return fmt.Errorf("keep the sensor's counters: %w", err)
		}
	}
	return nil
}

// restoreDevices takes up the machines as they were known when Yagura last ran.
func (r *river) restoreDevices(ctx context.Context) error {
	list, err := r.state.Devices(ctx, event.DeviceFilter{Limit: 10_000})
	if err != nil {
		return fmt.Errorf("read the machines of the last run: %w", err)
	}
	r.inventory.Restore(list)
	return nil
}
