package main

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// consolePackets lets the console cut packets out of what is kept; nil where nothing is.
func (r *river) consolePackets() console.Packets {
	if r.cfg.Capture.Packets.Dir == "" {
		return nil
	}
	return keptPackets{r}
}

type keptPackets struct{ r *river }

// Extract implements console.Packets.
func (k keptPackets) Extract(ctx context.Context, from, to time.Time, hosts []netip.Addr, w io.Writer) (bool, error) {
	store := k.r.sensor.store.Load()
	if store == nil {
		return false, console.Refused{Text: event.Text{JA: "センサーがまだ動いていません。動き始めてから、もう一度お試しください。", EN: "The sensor does not run yet. Try again once it does."}}
	}
	_, err := store.Extract(ctx, from, to, hosts, w)
	if errors.Is(err, capture.ErrTooMany) {
		return false, nil
	}
	return err == nil, err
}
