package dissect

import (
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// TestUrgentAsLinux shows rules what a socket of Linux 6.18 gave its program, where segments are settled as Linux does, and elsewhere what BSD's does.
func TestUrgentAsLinux(t *testing.T) {
	for _, c := range []struct {
		pointer    uint16
		linux, bsd string
	}{{0, "ET /index", "GET /index"}, {1, "ET /index", "ET /index"}, {5, "GET index", "GET index"}, {6, "GET /ndex", "GET /index"}} {
		for policy, want := range map[string]string{"linux": c.linux, "bsd": c.bsd} {
			r := &rules{}
			cfg := DefaultConfig()
			cfg.Seed, cfg.Segments = 1, policy
			a := New(cfg, nil, func(event.Event) {})
			a.Inspect(r)
			for i, s := range and(hello, seg{from: Orig, flags: ack | event.FlagURG, seq: 1, ack: 1, data: "GET /", urgent: c.pointer},
				seg{from: Orig, flags: ack, seq: 6, ack: 1, data: "index"}) {
				b := s.bytes()
				a.Packet(&capture.Packet{Nanos: int64(i+1) * 1e6, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
			}
			if a.Close(); r.said[Orig].String() != want {
				t.Errorf("pointer %d, %s: %q, want %q", c.pointer, policy, r.said[Orig].String(), want)
			}
		}
	}
}
