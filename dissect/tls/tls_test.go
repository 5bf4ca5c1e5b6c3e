package tls

import (
	"maps"
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestGolden replays recordings of curl, openssl and python against nginx.
func TestGolden(t *testing.T) {
	flowtest.GoldenFlows(t, flowtest.Captures+"tls-clients.pcap.gz", Protocol)
}

func TestALPN(t *testing.T) {
	for name, want := range map[string]string{"h2": "h2", "http/1.1": "h1", "": "00", "\xab": "ab", "\x30\xab": "3b", "a": "aa"} {
		if got := ja4ALPN([]string{name}); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestProbe(t *testing.T) {
	for _, c := range []struct {
		name string
		dir  dissect.Dir
		b    string
		port uint16
		want dissect.Match
	}{
		{"client", dissect.Orig, "\x16\x03\x01\x02\x00\x01", 4444, dissect.Yes},
		{"server", dissect.Resp, "\x16\x03\x03\x00\x5a\x02", 4444, dissect.Yes},
		{"alert", dissect.Resp, "\x15\x03\x01\x00\x02\x02\x28", 4444, dissect.Yes},
		{"short", dissect.Orig, "\x16\x03", 443, dissect.Maybe},
		{"data on 443", dissect.Orig, "\x17\x03\x03\x01\x00\x99", 443, dissect.Yes},
		{"data elsewhere", dissect.Orig, "\x17\x03\x03\x01\x00\x99", 4444, dissect.No},
		{"http", dissect.Orig, "GET / HTTP/1.1", 443, dissect.No},
	} {
		if got := Protocol.Probe(c.dir, []byte(c.b), false, c.port); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestConform(t *testing.T) {
	flowtest.Conform(t, flowtest.Captures+"tls-clients.pcap.gz", Protocol)
}

func FuzzTLS(f *testing.F) {
	seeds := flowtest.Talks(f, Protocol, flowtest.Captures+"tls-clients.pcap.gz", "testdata/client-certificate.pcap.gz")
	flowtest.FuzzLossy(f, Protocol, flowtest.Saying("tls.too_many_records_in_packet"), slices.AppendSeq(seeds, maps.Values(talks()))...)
}
