package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
)

// TestPacketsThatAreNotKept tells, in words and numbers, of packets that could not be written.
func TestPacketsThatAreNotKept(t *testing.T) {
	r := &river{cfg: defaultConfig(), sensor: &sensor{}}
	if s := r.packetsStatus(); s != nil || s.problem() != "" {
		t.Errorf("%+v", s)
	}
	cfg := r.cfg.Capture.Packets
	cfg.Dir = filepath.Join(t.TempDir(), "packets")
	ring, err := capture.OpenStore(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.sensor.store.Store(ring)
	if err := os.RemoveAll(cfg.Dir); err != nil { // as when its disk goes
		t.Fatal(err)
	}
	lane := ring.Lane(nobody{})
	lane.Packet(&capture.Packet{Nanos: 1, Data: make([]byte, 60), OrigLen: 60, Link: capture.LinkEthernet})
	lane.Flush()
	if err := ring.Close(); err != nil {
		t.Fatal(err)
	}
	s := r.packetsStatus()
	var told bytes.Buffer
	printPackets(&told, s)
	if s.Lost != 1 || !strings.Contains(s.problem(), "no such file") || !strings.Contains(told.String(), "書けなかったもの 1 個") {
		t.Errorf("%+v, %q, %s", s, s.problem(), &told)
	}
}
