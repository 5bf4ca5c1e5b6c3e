package dns

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden replays recordings of dig and dnsmasq.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, flowtest.Captures+"dns-udp.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"dns-tcp.pcap.gz", Protocol)
}

const query = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x02jp\x00\x00\x01\x00\x01"

func TestProbe(t *testing.T) {
	for _, c := range []struct {
		name, b string
		udp     bool
		port    uint16
		want    dissect.Match
	}{
		{"query", query, true, 53, dissect.Yes},
		{"query on another port", query, true, 9999, dissect.Yes},
		{"mDNS has its own parser", query, true, 5353, dissect.No},
		{"noise on port 53", "GET / HTTP/1.1\r\nHost: a\r\n", true, 53, dissect.No},
		{"noise elsewhere", "\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\xff\xff\xff", true, 9999, dissect.No},
		{"tcp", "\x00\x20" + query, false, 53, dissect.Yes},
		{"tcp in pieces", "\x00\x20\x12", false, 53, dissect.Maybe},
		{"tcp elsewhere, question incomplete", "\x00\x20" + query[:20], false, 9999, dissect.Maybe},
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(c.b), c.udp, c.port); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestConform(t *testing.T) {
	flowtest.Conform(t, flowtest.Captures+"dns-udp.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"dns-tcp.pcap.gz", Protocol)
}

func FuzzDNS(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, flowtest.Captures+"dns-udp.pcap.gz", flowtest.Captures+"dns-tcp.pcap.gz")...)
}

// TestGap finds the next message after a loss in the middle of another.
func TestGap(t *testing.T) {
	n := 0
	s := Protocol.Stream(&dissect.Flow{Emit: func(event.Event) { n++ }})
	message := []byte("\x00\x20" + query)
	if used, err := s.Data(dissect.Orig, append(message[:len(message):len(message)], message[:9]...)); err != nil || used != len(message) {
		t.Fatal(used, err)
	}
	if err := s.Gap(dissect.Orig, 30); err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{message[20:], message, message} {
		if used, err := s.Data(dissect.Orig, b); err != nil || used != len(b) {
			t.Fatal(used, err)
		}
	}
	if n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}
