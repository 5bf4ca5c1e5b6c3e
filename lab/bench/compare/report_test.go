package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestStartUpIsTakenOff(t *testing.T) {
	load := traffic{Packets: 1_000_000, Bytes: 125_000_000}
	starts := []cost{{cpu: 0.5, wall: 0.6, rss: 10}, {cpu: 0.5, wall: 0.6, rss: 10}, {cpu: 0.5, wall: 0.6, rss: 10}}
	runs := []cost{{cpu: 1.0, wall: 1.1, rss: 40}, {cpu: 1.5, wall: 1.6, rss: 60}, {cpu: 2.5, wall: 2.6, rss: 50}}
	got := summarise(runner{name: "yagura"}, load, starts, runs)
	if got.CPUSeconds != (spread{Median: 1, Min: 0.5, Max: 2}) {
		t.Errorf("CPU %v", got.CPUSeconds)
	}
	if got.PacketsPerCPUSec != 1e6 || got.GbitPerCPUSec != 1 || got.RSS != 60 {
		t.Errorf("%+v", got)
	}
}

func TestRelate(t *testing.T) {
	one := []cost{{cpu: 1, wall: 1}, {cpu: 4, wall: 4}, {cpu: 2, wall: 2}} // the second round was busy
	r := report{Results: []result{{Name: peer, rounds: one}, {Name: metadata, rounds: []cost{{cpu: 2, wall: 2}, {cpu: 8, wall: 8}, {cpu: 4, wall: 4}}},
		{Name: metadata + twice, rounds: []cost{{cpu: 2, wall: 1}, {cpu: 9, wall: 4}, {cpu: 5, wall: 2}}}}}
	r.relate()
	if r.Ratios[metadata] != 2 || r.Ratios[peer] != 1 || r.Speedup[metadata] != 2 {
		t.Errorf("%v %v", r.Ratios, r.Speedup)
	}
}

func TestALineReplacesTheSameDay(t *testing.T) {
	dir := t.TempDir()
	r := report{Date: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Host: machine{Kind: "2core-amd64"}}
	for _, commit := range []string{"aaaa", "bbbb"} {
		r.Commit = commit
		if err := r.keep(dir); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "aaaa") || strings.Count(string(text), "bbbb") != 1 {
		t.Errorf("the table is\n%s", text)
	}
}

func TestMeasureNamesWhatIsWrong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pcap")
	if err := os.WriteFile(path, []byte("this is no capture at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + ".none"} {
		if _, err := measure(p); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("measure(%s): %v, want an error that names it", p, err)
		}
	}
}
