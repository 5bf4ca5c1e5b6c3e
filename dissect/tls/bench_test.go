package tls

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// BenchmarkClient reads a browser's kind of ClientHello and makes its fingerprints.
func BenchmarkClient(b *testing.B) {
	payloads, err := flowtest.Payloads(flowtest.Captures + "tls13-clients.pcap.gz")
	if err != nil || len(payloads) == 0 {
		b.Fatal("no payloads", err)
	}
	body := payloads[0][recordHead+4:]
	b.ReportAllocs()
	for b.Loop() {
		h, ok := ReadHello(body, true)
		if !ok {
			b.Fatal("not a hello")
		}
		h.Client('t')
	}
}

// BenchmarkLeaf reads a server's certificate.
func BenchmarkLeaf(b *testing.B) {
	payloads, err := flowtest.Payloads(flowtest.Captures + "tls-clients.pcap.gz")
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range payloads {
		for len(p) > recordHead+4 && p[0] == typeHandshake {
			n := recordHead + length(p)
			if n <= len(p) && p[recordHead] == msgCertificate {
				b.ReportAllocs()
				for b.Loop() {
					leaf(p[recordHead+4 : n])
				}
				return
			}
			p = p[min(n, len(p)):]
		}
	}
	b.Skip("no certificate in the recording")
}
