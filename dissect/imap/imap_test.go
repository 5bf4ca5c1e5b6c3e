package imap

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestGolden holds events and what rules see of curl's sessions with dovecot.
func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"mail-boxes.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"mail-boxes.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"mail-boxes.pcap.gz", Protocol)
}

func FuzzIMAP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, flowtest.Captures+"mail-boxes.pcap.gz")...)
}
