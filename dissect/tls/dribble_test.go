package tls

import (
	"runtime"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// TestDribbled gives a long handshake message in records of a byte each: what was gathered is not copied for each of them.
func TestDribbled(t *testing.T) {
	f := &dissect.Flow{Emit: func(event.Event) {}}
	p := newParser(f)
	const size = 64 << 10
	message := append([]byte{msgCertificate, size >> 16, size >> 8 & 0xff, size & 0xff}, make([]byte, size-1)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	record := []byte{typeHandshake, 3, 3, 0, 1, 0}
	for _, c := range message {
		record[5] = c
		if n, err := p.Data(dissect.Resp, record); n != 6 || err != nil {
			t.Fatal(n, err)
		}
	}
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 8*size {
		t.Errorf("%d KiB were taken for %d KiB", taken>>10, size>>10)
	}
}
