package flowtest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Analyze runs a capture through the analyzer itself, without a witness; also what a cut file still holds.
func Analyze(file string, protocols ...dissect.Protocol) ([]event.Event, event.SensorStats, error) {
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	r := newRecord(true)
	a := dissect.New(cfg, protocols, r.event)
	err := give(a, file)
	return r.Events, a.Stats(), err
}

// ordinals number flows in the order in which they were opened, so that what is expected does not depend on packets between them.
type ordinals map[uint64]uint64

func (o ordinals) number(e event.Event) {
	c := e.Tuple()
	if o[c.FlowID] == 0 {
		o[c.FlowID] = uint64(len(o) + 1)
	}
	c.FlowID = o[c.FlowID]
}

// GoldenFlows is Golden for what a protocol tells through its flow: the ends of the flows that it recognised,
// as the analyzer gives them, in testdata/NAME.flows.jsonl.
func GoldenFlows(t *testing.T, file string, protocols ...dissect.Protocol) {
	t.Helper()
	all, stats, err := Analyze(file, protocols...)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Unparsed > 0 || stats.DecodeErrors > 0 {
		t.Errorf("%s: %d flows unparsed, %d packets not decoded", file, stats.Unparsed, stats.DecodeErrors)
	}
	var ends []event.Event
	for _, e := range all {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() && n.App != "" {
			ends = append(ends, n)
		}
	}
	name := strings.TrimSuffix(filepath.Base(file), ".gz")
	hold(t, filepath.Join("testdata", name+".flows.jsonl"), Lines(t, ends))
}
