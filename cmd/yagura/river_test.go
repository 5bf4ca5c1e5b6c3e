package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
)

// idleRiver starts the whole of Yagura with the settings of a page, over a short recording in place of a network; it
// ends with the test.
func idleRiver(t *testing.T, page string) *river {
	t.Helper()
	path := filepath.Join(t.TempDir(), "yagura.yaml")
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	idle := func() (capture.Source, error) { return capture.Open("../../lab/captures/dns-udp.pcap.gz", nil) }
	r, err := newRiver(t.Context(), cfg, options{log: slog.New(slog.DiscardHandler), open: idle, announce: func(console.First) {}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	return r
}
