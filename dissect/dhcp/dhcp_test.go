package dhcp

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestGolden replays captures of real programs: see testdata/README and the lab's.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, "testdata/dhcp.pcap", Protocol)
	flowtest.Golden(t, flowtest.Captures+"dhcp-lease.pcap.gz", Protocol)
}

// TestGoldenFields holds what rules see.
func TestGoldenFields(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"dhcp-lease.pcap.gz", Protocol)
}

func FuzzDatagram(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, "testdata/dhcp.pcap")...)
}
