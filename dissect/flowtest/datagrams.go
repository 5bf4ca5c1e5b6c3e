package flowtest

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// FuzzDatagrams fuzzes a protocol over UDP, seeded with the datagrams of a
// capture: noise may be refused, but never gives more than one event a datagram.
func FuzzDatagrams(f *testing.F, capture string, p dissect.Protocol) {
	f.Helper()
	seeds, err := Payloads(capture)
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range seeds {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		parser := p.Datagrams(&dissect.Flow{Emit: func(event.Event) { n++ }})
		for _, dir := range []dissect.Dir{dissect.Orig, dissect.Resp} {
			if p.Probe(dir, b, true, p.UDP[0]) == dissect.Yes {
				_ = parser.Datagram(dir, b) // an error is a fine answer to noise
			}
		}
		if parser.Close(); n > 2 {
			t.Errorf("%d events of two datagrams", n)
		}
	})
}
