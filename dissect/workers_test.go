package dissect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
)

// analysis is what both one analyzer and several of them can do.
type analysis interface {
	capture.Sink
	Close()
	Stats() event.SensorStats
}

// toldBy is what an analysis of a capture tells, a line an event, and its counters.
func toldBy(t *testing.T, path string, make func(emit func(event.Event)) analysis) (lines []string, stats event.SensorStats) {
	t.Helper()
	a := make(func(e event.Event) {
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%T %s", e, b))
	})
	f, err := capture.Open(path, nil)
	if err != nil {
		t.Logf("%v", err)
		return nil, stats
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
	return lines, a.Stats()
}

// TestWorkers gives captures to one analyzer and to several, each to another number of them in turn: they tell the same, in the same order.
func TestWorkers(t *testing.T) {
	cfg := dissect.DefaultConfig()
	cfg.Sensor = "test"
	events := 0
	for i, path := range samples.Recordings(t) {
		want, wantStats := toldBy(t, path, func(emit func(event.Event)) analysis { return dissect.New(cfg, all.Protocols, emit) })
		n := 1 << (i % 3)
		got, stats := toldBy(t, path, func(emit func(event.Event)) analysis { return dissect.NewWorkers(n, cfg, all.Protocols, emit) })
		for i := range want {
			if i >= len(got) || want[i] != got[i] {
				t.Errorf("%s, %d workers: of %d and %d events, number %d differs: %s", path, n, len(want), len(got), i, cmp.Diff(want[i:min(i+1, len(want))], got[min(i, len(got)):min(i+1, len(got))]))
				break
			}
		}
		if diff := cmp.Diff(wantStats, stats); diff != "" || len(got) > len(want) {
			t.Errorf("%s, %d workers: %d events for %d: %s", path, n, len(got), len(want), diff)
		}
		events += len(got)
	}
	if events == 0 {
		t.Error("no events were compared")
	}
}

// TestWorkersWrite has the workers write the events out while flows and DNS messages are lent: the lines stand where the events
// do, and are those that one analyzer alone gives.
func TestWorkersWrite(t *testing.T) {
	cfg := dissect.DefaultConfig()
	cfg.Sensor, cfg.Lend = "test", true
	lines := 0
	for _, path := range samples.Captures(t, "../lab/captures") {
		want, _ := toldBy(t, path, func(emit func(event.Event)) analysis { return dissect.New(cfg, all.Protocols, emit) })
		for _, n := range []int{1, 2, 4} {
			var got []string
			toldBy(t, path, func(emit func(event.Event)) analysis {
				w := dissect.NewWorkers(n, cfg, all.Protocols, emit)
				w.Write(writesJSON, func(b []byte) { got = append(got, strings.TrimSuffix(string(b), "\n")) })
				return w
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d workers: %s", path, n, diff)
			}
			lines += len(got)
		}
	}
	if lines == 0 {
		t.Error("no lines were compared")
	}
}

// writesJSON makes what writes an event as toldBy does.
func writesJSON() func([]byte, event.Event) []byte {
	return func(b []byte, e event.Event) []byte {
		text, err := json.Marshal(e)
		if err != nil {
			panic(err)
		}
		return fmt.Appendf(b, "%T %s\n", e, text)
	}
}
