//go:build !race

package dissect_test

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// told counts in how many packets each anomaly was shown.
type told map[string]int

func (told) Wants(wire.Buffer) bool              { return true }
func (told) Stream(*wire.Flow, wire.Dir, []byte) {}
func (told) Gap(*wire.Flow, wire.Dir, int)       {}
func (told) Tx(*wire.Flow, *wire.Tx)             {}
func (told) Close(*wire.Flow, int64)             {}
func (told) WantsStreamEvents() bool             { return true }
func (n told) Packet(p *wire.Packet, _ *wire.Flow, _ wire.Dir, _ int64, _ uint64, _ bool) {
	seen := map[wire.Event]bool{}
	for _, e := range p.Events {
		if !seen[e] {
			n[string(e)]++
		}
		seen[e] = true
	}
}

var (
	ruleEvent = regexp.MustCompile(`(decode|stream)-event:\s*([^;]+);.*sid:\s*(\d+)`)
	checkOf   = regexp.MustCompile(`(?s)count:\s*(\d+)\s+match:(.*?)(?:\n\s*- |\z)`)
	sidOf     = regexp.MustCompile(`alert\.signature_id:\s*(\d+)`)
)

// TestAnomalies holds the anomalies of captures against how often suricata-verify's rules for them must alert.
func TestAnomalies(t *testing.T) {
	index := samples.Path(t, "../../shared/data/suricata-verify/INDEX.tsv")
	f, err := os.Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	dir, checks := filepath.Dir(index), 0
	for _, row := range rows[1:] {
		want := expected(filepath.Join(dir, "tests", row[0]))
		if len(want) == 0 {
			continue
		}
		got := told{}
		a := dissect.New(dissect.DefaultConfig(), all.Protocols, func(event.Event) {})
		a.Inspect(got)
		replayed(t, a, filepath.Join(dir, row[1]))
		a.Close()
		for e, n := range want {
			checks++
			if got[e] != n {
				t.Errorf("%s: %s in %d packets, want %d", row[0], e, got[e], n)
			}
		}
	}
	t.Logf("%d checks", checks)
}

func expected(dir string) map[string]int {
	want, names := map[string]int{}, map[string]string{}
	files, _ := filepath.Glob(filepath.Join(dir, "*.rules"))
	for _, file := range files {
		b, _ := os.ReadFile(file)
		for _, line := range strings.Split(string(b), "\n") {
			if m := ruleEvent.FindStringSubmatch(line); m != nil && !strings.HasPrefix(line, "#") && !strings.Contains(line, "content:") {
				name := m[2]
				if m[1] == "stream" {
					name = "stream." + name
				}
				names[m[3]] = name
			}
		}
	}
	b, _ := os.ReadFile(filepath.Join(dir, "test.yaml"))
	for _, m := range checkOf.FindAllStringSubmatch(string(b), -1) {
		n, _ := strconv.Atoi(m[1])
		if s := sidOf.FindStringSubmatch(m[2]); s != nil && names[s[1]] != "" && !strings.Contains(m[2], "pcap_cnt") {
			want[names[s[1]]] += n
		}
	}
	return want
}

func replayed(t *testing.T, a *dissect.Analyzer, file string) {
	t.Helper()
	src, err := capture.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for {
		var p capture.Packet
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Logf("%s: %v", file, err)
			return
		}
		a.Packet(&p)
	}
}
