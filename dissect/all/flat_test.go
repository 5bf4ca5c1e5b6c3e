package all_test

import (
	"runtime"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
)

// TestMemoryIsFlat plays the samples ten times over through one analyzer, each time a day later: what lives does not grow.
func TestMemoryIsFlat(t *testing.T) {
	files := samples.Recordings(t)
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	a := dissect.New(cfg, all.Protocols, func(event.Event) {})
	defer a.Close()
	const day = int64(86400e9)
	live := func(round int64) uint64 {
		for _, path := range files {
			f, err := capture.Open(path, nil)
			if err != nil {
				t.Log(err)
				continue
			}
			first := int64(0)
			var p capture.Packet
			for f.Next(&p) == nil {
				if first == 0 {
					first = p.Nanos
				}
				p.Number = 0
				p.Nanos += round*day - first
				a.Packet(&p)
			}
			f.Close()
		}
		runtime.GC()
		runtime.GC() // what was kept for one cycle more, by pools and cleanups, is not memory that grows
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	warm := live(1)
	warm = max(warm, live(2))
	for round := int64(3); round <= 10; round++ {
		if now := live(round); now > warm+warm/5 {
			t.Errorf("after %d rounds %d KB live, after two %d KB", round, now>>10, warm>>10)
		}
	}
	t.Logf("%d captures, %d KB live", len(files), warm>>10)
}
