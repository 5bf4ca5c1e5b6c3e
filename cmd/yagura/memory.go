package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"

	"github.com/yagura-project/yagura/capture"
)

// headroom is how much garbage may gather before it is collected. The runtime's own rule, as much as lives, collects ten times a
// second while little lives, and lets the process double when the rules are loaded; a fixed amount costs less and bounds what is used.
// Where more lives it is less, so that all together stays below usual as long as it can, but never below a quarter of what
// lives: to collect more often than that costs a third of all time.
const (
	headroom = 64 << 20
	usual    = 124 << 20
)

// room is how much garbage may gather beside what lives.
func room(live int64) int64 { return min(max(usual-live, live/4), headroom) }

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
		debug.SetGCPercent(int(min(max((room(live)+lenience.Load())*100/live, 20), 1600)))
	}
	runtime.SetFinalizer(c, (*cycle).ended)
}

// lenience is how many bytes later the runtime itself collects, while between does it.
var lenience atomic.Int64

// between collects garbage between packets, while nobody works: beside the work, each pointer written costs time, too.
type between struct {
	capture.Sink
	packets int
	now     [2]metrics.Sample
}

// betweenEvery is after how many packets it is looked whether there is anything to collect, and betweenSpare what may be left beyond
// that before the runtime helps itself. The runtime begins at seven tenths of its way there: it must not do so before the look.
const (
	betweenEvery = 1024
	betweenSpare = 48 << 20
)

// tidied is s, between whose packets garbage is collected until the result is called.
func tidied(s capture.Sink) (capture.Sink, func()) {
	if os.Getenv("GOGC") != "" {
		return s, func() {}
	}
	b := &between{Sink: s}
	lenience.Store(betweenSpare)
	b.now[0].Name, b.now[1].Name = "/memory/classes/heap/objects:bytes", "/gc/heap/live:bytes"
	return b, func() { lenience.Store(0) }
}

// Packet implements capture.Sink.
func (b *between) Packet(p *capture.Packet) {
	b.Sink.Packet(p)
	if b.packets++; b.packets%betweenEvery == 0 {
		b.look()
	}
}

func (b *between) look() {
	metrics.Read(b.now[:])
	live := int64(b.now[1].Value.Uint64())
	if int64(b.now[0].Value.Uint64()) >= live+room(live) {
		runtime.GC()
	}
}
