package all_test

import (
	"path/filepath"
	"testing"

	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestConform holds all protocols together against the lab's recordings of each.
func TestConform(t *testing.T) {
	files, err := filepath.Glob(flowtest.Captures + "*.pcap.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, file := range files {
		if filepath.Base(file) == "breach.pcap.gz" || filepath.Base(file) == "net-basics.pcap.gz" {
			continue // the first is long and holds what the others hold, the second has no protocol above transport
		}
		t.Run(filepath.Base(file), func(t *testing.T) { flowtest.Conform(t, file, all.Protocols...) })
	}
}
