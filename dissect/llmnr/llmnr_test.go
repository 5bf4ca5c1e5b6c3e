package llmnr

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestGolden replays captures of real programs: see testdata/README and the lab's.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, "testdata/llmnr.pcap", Protocol)
	flowtest.Golden(t, flowtest.Captures+"llmnr-names.pcap.gz", Protocol)
}

func FuzzDatagram(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, "testdata/llmnr.pcap")...)
}
