package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestListsAreReadAgain has rules reloaded behind a list that changed, and behind one that is broken: the old rules go on with
// the old list then, and it is told why.
func TestListsAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	put := putter(t, dir)
	put("bad.lst", "192.0.2.1\n")
	path := put("a.rules", "alert ip any any -> any any (ip.src; dataset:isset,bad,type ip,load bad.lst; sid:1;)\n")
	s, err := newSignatures(signatureConfig(path), defaultHome)
	if err != nil {
		t.Fatal(err)
	}
	if used, refused := s.counts(); used != 1 || refused != 0 {
		t.Fatalf("%d used, %d refused: %+v", used, refused, s.loaded.Refused)
	}
	first := s.holder.Get()
	put("bad.lst", "192.0.2.1\n192.0.2.\n")
	if err := s.Reload(); err == nil || !strings.Contains(err.Error(), "bad.lst: line 2") || s.holder.Get() != first {
		t.Errorf("a broken list: %v", err)
	}
	if used, _ := s.counts(); used != 1 {
		t.Error("the rule is gone")
	}
	put("bad.lst", "192.0.2.1\n192.0.2.2\n")
	if err := s.Reload(); err != nil || s.holder.Get() == first {
		t.Errorf("a list that was mended: %v", err)
	}
}

// TestNobodyWaitsForReading asks how many rules there are while rules are read: what writes EVE asks that, and must not stand still.
func TestNobodyWaitsForReading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.rules")
	if err := os.WriteFile(path, []byte("alert ip any any -> any any (sid:1;)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := newSignatures(signatureConfig(path), defaultHome)
	if err != nil {
		t.Fatal(err)
	}
	s.reading.Lock() // as a Reload that takes long
	defer s.reading.Unlock()
	if n := s.ruleCounts(); n.Loaded != 1 || s.since().IsZero() {
		t.Errorf("%+v", n)
	}
}

// TestSetsAreKeptWhileRunning wants what a rule has put into a set to reach the disk before the process ends.
func TestSetsAreKeptWhileRunning(t *testing.T) {
	dir := t.TempDir()
	path, seen := filepath.Join(dir, "a.rules"), filepath.Join(dir, "seen.lst")
	if err := os.WriteFile(path, []byte("alert ip any any -> any any (ip.src; dataset:set,seen,type ip,save seen.lst; sid:1;)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := signatureConfig(path)
	cfg.Data = dir
	s, err := newSignatures(cfg, defaultHome)
	if err != nil {
		t.Fatal(err)
	}
	p := reloader{rules: s, log: slog.New(slog.DiscardHandler), every: time.Millisecond}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for t.Context().Err() == nil {
		if _, err := os.Stat(seen); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestBrokenDatabase begins without a database of countries that is broken, says so in the log, and keeps one that worked when the next is broken.
func TestBrokenDatabase(t *testing.T) {
	dir := t.TempDir()
	put := putter(t, dir)
	cfg := signatureConfig(put("a.rules", "alert ip any any -> any any (sid:1;)\nalert ip any any -> any any (nosuch; sid:2;)\n"))
	cfg.GeoIP = put("x.mmdb", "no database")
	cfg.Reputation.Categories, cfg.Reputation.Files = put("cat", "1,a,b\n"), []string{put("list", "nonsense\n")}
	s, err := newSignatures(cfg, defaultHome)
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	s.note(slog.New(slog.NewTextHandler(&told, nil)), "rules loaded")
	for _, want := range []string{"x.mmdb", "a.rules:2", "keyword=nosuch", "list:1", "used=1 refused=3"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("%s is not told in\n%s", want, &told)
		}
	}
	put("a.rules", "alert ip any any -> any any (sid:1;)\nalert ip any any -> any any (sid:2;)\n")
	if err := s.Reload(); err != nil || s.holder.Get().Len() != 2 {
		t.Errorf("a database that was never there keeps rules from being mended: %v", err)
	}
	s.cfg.GeoIP = ""
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	s.cfg.GeoIP = filepath.Join(dir, "x.mmdb")
	whole := s.holder.Get()
	if err := s.Reload(); err == nil || !strings.Contains(err.Error(), "x.mmdb") || s.holder.Get() != whole {
		t.Errorf("a database that broke took the place of what was in use: %v", err)
	}
}
