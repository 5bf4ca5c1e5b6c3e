package mdns

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestGolden replays captures of real programs: see testdata/README and the lab's.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, "testdata/mdns.pcap", Protocol)
	flowtest.Golden(t, flowtest.Captures+"mdns-avahi.pcap.gz", Protocol)
}

func FuzzDatagram(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, "testdata/mdns.pcap")...)
}
