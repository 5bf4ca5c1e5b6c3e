package main

import (
	"context"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
)

// sightKeeper answers how much the sensors saw on the days of a case, asking the store at most once a minute.
type sightKeeper struct {
	days func(ctx context.Context, since string) ([]event.SensorDay, error)
	mu   sync.Mutex
	kept []event.SensorDay
	from string
	at   time.Time
}

// of is incident.Manager's OnSight.
func (k *sightKeeper) of(from, until time.Time) incident.Sight {
	first, last := from.In(jst).Format(time.DateOnly), until.In(jst).Format(time.DateOnly)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.from == "" || first < k.from || time.Since(k.at) > time.Minute {
		list, err := k.days(context.Background(), first)
		if err != nil { // a story without this sentence is better than none
			return incident.Sight{}
		}
		k.kept, k.from, k.at = list, first, time.Now()
	}
	var packets, drops, bytes, dark uint64
	for _, d := range k.kept {
		if d.Day >= first && d.Day <= last {
			packets, drops, bytes = packets+d.Packets, drops+d.KernelDrops, bytes+d.Bytes
			dark += d.Blind.TLS + d.Blind.SMB + d.Blind.Encrypted
		}
	}
	if packets == 0 || bytes == 0 {
		return incident.Sight{}
	}
	return incident.Sight{Known: true, Loss: float64(drops) / float64(packets+drops), Encrypted: min(1, float64(dark)/float64(bytes))}
}
