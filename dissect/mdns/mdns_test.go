package mdns

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden replays captures of real programs: see testdata/README and the lab's.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, "testdata/mdns.pcap", Protocol)
	flowtest.Golden(t, flowtest.Captures+"mdns-avahi.pcap.gz", Protocol)
}

func FuzzDatagram(f *testing.F) {
	res, err := flowtest.Payloads("testdata/mdns.pcap")
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range res {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		flow := &dissect.Flow{Emit: func(event.Event) { n++ }}
		p := Protocol.Datagrams(flow)
		for _, dir := range []dissect.Dir{dissect.Orig, dissect.Resp} {
			if Protocol.Probe(dir, b, true, Protocol.UDP[0]) == dissect.Yes {
				_ = p.Datagram(dir, b) // an error is a fine answer to noise
			}
		}
		if p.Close(); n > 2 {
			t.Errorf("%d events of two datagrams", n)
		}
	})
}
