package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCurrent fails when a page of this repository is not what gen-docs would write.
func TestCurrent(t *testing.T) {
	if err := run("../..", "", true); err != nil {
		t.Error(err)
	}
}

func TestStale(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := settle(file, []byte("new"), true); err == nil || !strings.Contains(err.Error(), "make generate") {
		t.Errorf("a stale page passes: %v", err)
	}
}

func TestSettings(t *testing.T) {
	type Config struct {
		Names []string      `yaml:"names"`
		Wait  time.Duration `yaml:"wait"`
		inner int
	}
	dir := t.TempDir()
	src := "package main\n\ntype Config struct {\n\tNames []string `yaml:\"names\"` // who; a|b\n\tWait int `yaml:\"wait\"` // how long; ≥ 1m\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "config.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := settings(dir, &Config{Wait: 2 * time.Hour, inner: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []setting{{"names", "[]", `who; a\|b`}, {"wait", "2h", "how long; ≥ 1m"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(setting{})); diff != "" {
		t.Error(diff)
	}
}
