package detecttest

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

var update = flag.Bool("update", false, "write testdata/*.jsonl from the scripts in the test")

// Suite is what a detector is tested with.
type Suite struct {
	Samples []Sample       // from scripts; the same as in testdata/
	Deps    detect.Deps    // Home is set from each sample
	Config  map[string]any // settings of the detector, as in yagura.yaml
	// Spoof makes one event of a made-up source; nil takes the first attack sample with its sources exchanged.
	Spoof func(i int) event.Event
}

// Run holds a detector against the contract of detect.Instance.
func Run(t *testing.T, d detect.Detector, s Suite) {
	t.Run("described", func(t *testing.T) {
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
		if wd, _ := os.Getwd(); filepath.Base(wd) != d.Info.ID {
			t.Errorf("ID %q is not the folder's name %q", d.Info.ID, filepath.Base(wd))
		}
	})
	attack, benign := 0, 0
	for _, sample := range s.Samples {
		if strings.HasPrefix(sample.Name, "attack-") {
			attack++
		} else if strings.HasPrefix(sample.Name, "benign-") {
			benign++
		}
		t.Run(sample.Name, func(t *testing.T) { s.sample(t, d, sample) })
	}
	if attack == 0 || benign == 0 {
		t.Errorf("%d attack and %d benign samples: both kinds are needed", attack, benign)
	}
	t.Run("memory", func(t *testing.T) { s.memory(t, d) })
	t.Run("no constants of samples", func(t *testing.T) { noConstants(t, s.Samples) })
}

func (s Suite) sample(t *testing.T, d detect.Detector, sample Sample) {
	file := filepath.Join("testdata", sample.Name+".jsonl")
	text, err := sample.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, text) {
		t.Fatalf("%s is not what the script writes (%v): run go test -update", file, err)
	}
	sample = Load(t, file)
	got := s.Findings(t, d, sample, nil)
	expect(t, d, sample, got)
	for _, f := range got {
		Texts(t, f)
	}
	for seed := range uint64(3) {
		again := s.Findings(t, d, sample, rand.New(rand.NewPCG(seed, 1)))
		if diff := cmp.Diff(got, again, compare...); diff != "" {
			t.Fatalf("findings depend on how often the clock is told (-once +often):\n%s", diff)
		}
	}
}

// Findings runs the sample; with r, the clock is told at random moments between the events.
func (s Suite) Findings(t testing.TB, d detect.Detector, sample Sample, r *rand.Rand) (out []event.Finding) {
	t.Helper()
	at := map[string]int{}
	take := func(f event.Finding) {
		if i, ok := at[f.UID]; ok {
			out[i] = f
			return
		}
		at[f.UID] = len(out)
		out = append(out, f)
	}
	e := s.engine(t, d, sample, take)
	var last time.Time
	for _, ev := range sample.Events {
		now := ev.Head().Time
		if r != nil && !last.IsZero() {
			for range r.IntN(3) {
				if gap := now.Sub(last); gap > 0 {
					e.Advance(last.Add(time.Duration(r.Int64N(int64(gap)))))
				}
			}
		}
		last = now
		e.Observe(ev)
	}
	for id, st := range e.Stats().Detectors {
		if st.Panics > 0 {
			t.Errorf("%s panicked %d times", id, st.Panics)
		}
	}
	e.Close()
	return out
}

func (s Suite) engine(t testing.TB, d detect.Detector, sample Sample, out func(event.Finding)) *detect.Engine {
	t.Helper()
	cfg := detect.DefaultConfig()
	if s.Config != nil {
		cfg.Detectors = map[string]map[string]any{d.Info.ID: s.Config}
	}
	deps := s.Deps
	deps.Home = sample.IsHome
	e, err := detect.New(cfg, deps, []detect.Detector{d}, out)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func expect(t *testing.T, d detect.Detector, sample Sample, got []event.Finding) {
	t.Helper()
	for _, w := range sample.Expect {
		found := false
		for _, f := range got {
			found = found || w.Met(&f)
		}
		if !found {
			t.Errorf("no finding %+v; got:\n%s", w, list(got))
		}
	}
	if len(got) > 0 && len(sample.Expect) == 0 {
		t.Errorf("benign, but:\n%s", list(got))
	}
	for _, f := range got {
		known := false
		for _, b := range d.Behaviours {
			known = known || b == f.Behaviour
		}
		if !known {
			t.Errorf("behaviour %q is not among the detector's %v", f.Behaviour, d.Behaviours)
		}
	}
}

func list(fs []event.Finding) string {
	var b strings.Builder
	for _, f := range fs {
		b.WriteString("  " + f.Behaviour + " " + f.Device.IP.String() + " " + f.Device.MAC.String() + " [" + f.Subject + "] " + f.Summary.EN + "\n")
	}
	if b.Len() == 0 {
		return "  nothing"
	}
	return b.String()
}
