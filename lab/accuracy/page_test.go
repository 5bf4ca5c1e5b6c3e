package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The page and its pictures come from the record alone, in both languages.
func TestPage(t *testing.T) {
	quiet := summary{PCs: 1300, Days: 20, False: falseness{Letters: 2, PerWeek: 0.7, Proposals: 3}, FalseKinds: map[string]*wrong{"sweep scan.icmp severity 2": {N: 4, Examples: []string{"KANSHI01: pings"}}}}
	attacked := summary{PCs: 1300, Days: 20, Attacks: 9, Beside: &beside{Rita9: plain{Deeds: 8, Found: 3, FalseDay: 0.25}},
		Kinds:   []kind{{Name: "dcsync", Single: true, All: ratio{4, 5}, Levels: [5]ratio{{0, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}, Named: ratio{4, 4}, P95: 90 * time.Second}},
		Beacons: []cell{{Interval: time.Minute, Jitter: 0.5, Yagura: ratio{4, 4}, Rita: ratio{1, 4}}, {Interval: time.Hour, Jitter: 0, Yagura: ratio{3, 4}}}}
	r := record{Quiet: &quiet, Attacked: &attacked, Captures: &captured{Captures: 111, Behaviours: map[string]ratio{"c2.dga": {2, 3}}},
		Ruled: &captured{Rules: "some.rules", Behaviours: map[string]ratio{"c2.dga": {3, 3}}}}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "pictures"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := r.write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"accuracy.md", "accuracy.ja.md"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"| 0.70", "KANSHI01: pings", "| 80 % | 0/1 1/1 1/1 1/1 1/1 |", "| 60 s | 50 % | 4/4 | 1/4 |", "0.250", "| c2.dga | 2/3 | 3/3 |", "some.rules"} {
			if !strings.Contains(string(b), want) {
				t.Errorf("%s does not show %q:\n%s", name, want, b)
			}
		}
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "pictures", "*.svg"))
	if err != nil || len(pictures) != 3 {
		t.Fatalf("%v, %v", pictures, err)
	}
	for _, p := range pictures {
		wellFormed(t, p)
	}
}

func wellFormed(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for d := xml.NewDecoder(f); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
}
