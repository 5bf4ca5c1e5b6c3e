package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// TestEveOfARunningYagura runs a river over a recording and reads what it wrote.
func TestEveOfARunningYagura(t *testing.T) {
	dir := t.TempDir()
	rules := filepath.Join(dir, "local.rules")
	if err := os.WriteFile(rules, []byte(`alert dns any any -> any any (msg:"asked"; dns.query; content:"example.jp"; sid:1000001; rev:1;)`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := defaultConfig()
	cfg.Store.Dir, cfg.Console.Listen = filepath.Join(dir, "data"), "127.0.0.1:0"
	cfg.Signature.Files = []string{rules}
	cfg.Eve.File.Path = filepath.Join(dir, "eve.json")
	samples, err := filepath.Glob("../../lab/captures/dns-udp.pcap.gz")
	if err != nil || len(samples) == 0 {
		t.Fatal("no samples: ", err)
	}
	o := options{log: slog.New(slog.DiscardHandler), open: func() (capture.Source, error) { return capture.Open(samples[0], nil) }, announce: func(console.First) {}}
	r, err := newRiver(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); r.judge.alerted.Load() == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Error("no alert came")
			break
		}
	}
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	got := linesByType(t, cfg.Eve.File.Path)
	for _, kind := range []string{"dns", "flow", "alert", "stats"} {
		if got[kind] == 0 {
			t.Errorf("no %s among %v", kind, got)
		}
	}
	if s := r.eveStatus(); s.Lines == 0 || s.Lost+s.Dropped != 0 || s.Problem != "" {
		t.Errorf("status %+v", s)
	}
	if c, any := r.ruleCount(); !any || c.Loaded != 1 || c.Refused != 0 || c.Since.IsZero() {
		t.Errorf("rules %+v", c)
	}
}

func linesByType(t *testing.T, path string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for line := range bytes.Lines(text) {
		var l struct {
			Type string `json:"event_type"`
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		out[l.Type]++
	}
	return out
}

func TestStatusSaysWhatIsNotSeenAndWritten(t *testing.T) {
	var out bytes.Buffer
	printStatus(&out, statusReport{Sensors: []event.SensorStats{{Source: "eth1", Bytes: 1000, GapBytes: 5, Blind: event.Blind{TLS: 600, OneSided: 20}}},
		Eve: &eveStatus{Lines: 7, Lost: 2, SocketDropped: 3, Problem: "no space left on device"}})
	for _, want := range []string{"TLS など 60.0 %", "片方向 2.0 %", "欠落 0.50 %", "7 行", "書けなかった行 2", "捨てた行 3", "no space left on device"} {
		if !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

// full takes some lines and then fails.
type full struct{ lines int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.lines--; f.lines < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// TestEveFull keeps the first error of the file, and does not ask it again.
func TestEveFull(t *testing.T) {
	disk := &full{lines: 5}
	r := replay{eve: eve.NewEncoder(eve.Options{}).Writer(disk)}
	for range 9 {
		r.lines([]byte("{}\n"))
	}
	if !errors.Is(r.eveErr, errFull) || disk.lines != -1 {
		t.Errorf("%v, %d lines too many", r.eveErr, -disk.lines)
	}
}
