package all_test

import (
	"encoding/json"
	"io/fs"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/event"
)

// TestEventsAreLent writes over flows and DNS messages as soon as they were judged, as replay does: nothing is concluded otherwise.
func TestEventsAreLent(t *testing.T) {
	judged := 0
	for _, d := range all.Detectors {
		files, err := fs.Glob(d.Samples, "testdata/*.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			raw, err := fs.ReadFile(d.Samples, name)
			if err != nil {
				t.Fatal(err)
			}
			want, got := lent(t, raw, func(event.Event) {}), lent(t, raw, scribble)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s: %s", d.Info.ID, name, diff)
			}
			judged += len(got)
		}
	}
	if judged == 0 {
		t.Error("no sample gave a finding")
	}
}

// lent are the findings of a sample whose events are given to after once they were seen.
func lent(t *testing.T, raw []byte, after func(event.Event)) (out []string) {
	t.Helper()
	s, err := sample.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	cfg := asset.DefaultConfig()
	for _, h := range s.Home {
		cfg.Home = append(cfg.Home, netip.MustParsePrefix(h))
	}
	inventory, err := asset.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	deps := detect.Deps{Home: s.IsHome, Assets: inventory}
	e, err := detect.New(detect.DefaultConfig(), deps, all.Detectors, func(f event.Finding) {
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range s.Events {
		inventory.Observe(x)
		e.Observe(x)
		after(x)
	}
	e.Close()
	return out
}

// scribble makes something else of an event of the kinds that are lent.
func scribble(e event.Event) {
	other := event.Conn{Proto: 250, FlowID: 1 << 40}
	switch e := e.(type) {
	case *event.NetworkActivity:
		*e = event.NetworkActivity{Conn: other, App: "written over", State: "written over"}
	case *event.DNSActivity:
		for i := range e.Answers {
			e.Answers[i] = event.DNSAnswer{Name: "written over", Data: "written over"}
		}
		*e = event.DNSActivity{Conn: other, Query: "written over", Answers: e.Answers}
	}
}
