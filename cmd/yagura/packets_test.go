package main

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

func TestHostsOf(t *testing.T) {
	ip := netip.MustParseAddr
	f := event.Finding{Device: event.Device{IP: ip("10.0.0.1"), IPs: []netip.Addr{ip("10.0.0.1"), ip("fd00::1")}}}
	say := func() string {
		var s []string
		for _, h := range hostsOf(&f) {
			s = append(s, h.String())
		}
		slices.Sort(s)
		return strings.Join(s, " ")
	}
	if got := say(); got != "10.0.0.1" {
		t.Errorf("without other sides: %s", got)
	}
	f.Peers = []event.Endpoint{{IP: ip("192.0.2.1")}}
	f.Evidence = []event.Evidence{{Src: event.Endpoint{IP: ip("fd00::1")}, Dst: event.Endpoint{IP: ip("192.0.2.2")}}}
	if got := say(); got != "10.0.0.1 192.0.2.1 192.0.2.2 fd00::1" {
		t.Errorf("with other sides: %s", got)
	}
}

// TestPacketsThatAreGone says that and why there are none, instead of a file without any.
func TestPacketsThatAreGone(t *testing.T) {
	ctx := t.Context()
	cfg := store.DefaultConfig()
	cfg.Dir = t.TempDir()
	state, err := store.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	f := event.Finding{Header: event.Header{UID: "f1", Time: time.Unix(1000, 0).UTC()}, Device: event.Device{IP: netip.MustParseAddr("10.0.0.1")}}
	if err := state.PutFinding(ctx, f); err != nil {
		t.Fatal(err)
	}
	kept := capture.DefaultStoreConfig()
	kept.Dir = t.TempDir()
	ring, err := capture.OpenStore(kept)
	if err != nil {
		t.Fatal(err)
	}
	r := &river{state: state, sensor: &sensor{}}
	r.sensor.store.Store(ring)
	var out bytes.Buffer
	if _, err := r.FindingPackets(ctx, "f1", &out); err == nil || !strings.Contains(err.Error(), "no packets are kept yet") {
		t.Error(err)
	}
	lane := ring.Lane(nobody{})
	lane.Packet(&capture.Packet{Nanos: 5e12, Data: make([]byte, 60), OrigLen: 60, Link: capture.LinkEthernet})
	lane.Flush()
	if err := ring.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.FindingPackets(ctx, "f1", &out); err == nil || !strings.Contains(err.Error(), "kept no longer") || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}
