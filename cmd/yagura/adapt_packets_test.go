package main

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
)

type nobody struct{}

func (nobody) Packet(*capture.Packet) {}
func (nobody) Advance(time.Time)      {}

// TestConsoleCutsPacketsOutOfTheRing keeps a recording as a running sensor would, and asks for the packets of one host.
func TestConsoleCutsPacketsOutOfTheRing(t *testing.T) {
	r := &river{cfg: defaultConfig(), sensor: &sensor{}}
	if r.consolePackets() != nil {
		t.Error("without a folder nothing is kept")
	}
	r.cfg.Capture.Packets.Dir = t.TempDir()
	packets := r.consolePackets()
	var refused console.Refused
	if _, err := packets.Extract(t.Context(), time.Time{}, time.Now(), nil, &bytes.Buffer{}); !errors.As(err, &refused) {
		t.Errorf("before the sensor runs: %v", err)
	}
	ring, err := capture.OpenStore(r.cfg.Capture.Packets)
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.Open("../../lab/captures/dns-udp.pcap.gz", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	lane := ring.Lane(nobody{})
	if err := capture.Run(t.Context(), src, lane); err != nil {
		t.Fatal(err)
	}
	lane.Flush()
	if err := ring.Close(); err != nil { // what waits is written; extracts go on
		t.Fatal(err)
	}
	r.sensor.store.Store(ring)
	cut := func(hosts ...netip.Addr) int {
		var out bytes.Buffer
		whole, err := packets.Extract(t.Context(), time.Unix(0, 0), time.Now().AddDate(10, 0, 0), hosts, &out)
		if err != nil || !whole {
			t.Fatalf("whole %v, %v", whole, err)
		}
		return out.Len()
	}
	if all, none := cut(), cut(netip.MustParseAddr("203.0.113.250")); all < 1000 || none >= all/4 {
		t.Errorf("%d bytes of all hosts, %d of one that was not there", all, none)
	}
}
