package dissect

import (
	"errors"
	"io"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/event"
)

// replay runs one capture through an analyzer.
func replay(t *testing.T, path string, cfg Config, protocols []Protocol, emit func(event.Event)) *Analyzer {
	t.Helper()
	a := New(cfg, protocols, emit)
	f, err := capture.Open(path, nil)
	if err != nil {
		t.Logf("%v", err)
		return a
	}
	defer f.Close()
	var p capture.Packet
	for err == nil {
		if err = f.Next(&p); err == nil {
			a.Packet(&p)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Logf("%v", err)
	}
	a.Close()
	return a
}

// TestSamples runs every sample capture and checks what must hold for any traffic: one Open and one end a
// flow, nothing after the end, and counters that add up.
func TestSamples(t *testing.T) {
	for _, sub := range []string{"pcap", "robust"} {
		for _, path := range samples.Captures(t, samples.Path(t, sub)) {
			open, ended := map[uint64]bool{}, map[uint64]bool{}
			a := replay(t, path, DefaultConfig(), nil, func(e event.Event) {
				n, ok := e.(*event.NetworkActivity)
				if !ok || n.ARP != nil {
					return
				}
				id := n.FlowID
				switch {
				case n.Activity == event.FlowOpen && open[id], n.Activity != event.FlowOpen && !open[id], ended[id]:
					t.Errorf("%s: flow %d: activity %d out of order", path, id, n.Activity)
				}
				open[id] = true
				ended[id] = n.Activity.Ended()
				if n.End.Before(n.Start) || n.Time.Before(n.Start) {
					t.Errorf("%s: flow %d: start %v, end %v, time %v", path, id, n.Start, n.End, n.Time)
				}
			})
			s := a.Stats()
			if s.FlowsOpen != 0 || a.held != 0 || a.pool.Used() != 0 || uint64(len(open)) != s.Flows {
				t.Errorf("%s: left over: %+v, %d held, %d buffers, %d opened", path, s, a.held, a.pool.Used(), len(open))
			}
			for id := range open {
				if !ended[id] {
					t.Errorf("%s: flow %d has no end", path, id)
				}
			}
		}
	}
}
