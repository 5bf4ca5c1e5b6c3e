package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// headroom is how much garbage may gather before it is collected. The runtime's own rule, as much as lives, collects ten times a
// second while little lives, and lets the process double when the rules are loaded; a fixed amount costs less and bounds what is used.
// Where more lives it is less, so that all together stays below usual as long as it can, but never below a third or a quarter of what
// lives: to collect more often than that costs a third of all time.
const (
	headroom = 64 << 20
	usual    = 100 << 20
)

// gatherGarbage keeps the headroom, whatever lives; GOGC in the environment overrides it.
func gatherGarbage() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(400)
	runtime.SetFinalizer(&cycle{}, (*cycle).ended)
}

// cycle is collected in each cycle, and so tells of its end.
type cycle struct {
	live [1]metrics.Sample
}

func (c *cycle) ended() {
	c.live[0].Name = "/gc/heap/live:bytes"
	metrics.Read(c.live[:])
	if c.live[0].Value.Kind() == metrics.KindUint64 {
		live := max(int64(c.live[0].Value.Uint64()), 4<<20)
		room := min(max(usual-live, headroom/3, live/4), headroom)
		debug.SetGCPercent(int(min(max(room*100/live, 20), 1600)))
	}
	runtime.SetFinalizer(c, (*cycle).ended)
}
