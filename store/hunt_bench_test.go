//go:build !slim && cgo

package store

import (
	"testing"
	"time"
)

// BenchmarkHunts asks every hunt over a million events in merged segments, as they lie after a day.
func BenchmarkHunts(b *testing.B) {
	cfg := testConfig(b.TempDir())
	s, _ := written(b, cfg, bulk(1_000_000))
	must(b, s.merge(b.Context(), quiet))
	params := map[string]map[string]string{
		"timeline": {"host": "10.1.1.8"}, "destinations": {}, "whoelse": {"what": "www4.example"},
		"rare": {"machines": "1000"}, "beacons": {"calls": "3", "jitter": "10"},
		"indicator": {"values": "www4.example 203.0.1.1 aaaa"}, "firstseen": {"what": "www4.example"}, "volume": {}, "leak": {"what": "10.1.1.8"},
		"sql": {"query": "SELECT count(*) FROM events"},
	}
	for hunt, p := range params {
		p["from"], p["to"] = day.Format(time.RFC3339), day.AddDate(0, 0, 30).Format(time.RFC3339)
		b.Run(hunt, func(b *testing.B) {
			for b.Loop() {
				table, err := s.Hunt(b.Context(), hunt, p)
				must(b, err)
				if len(table.Rows) == 0 && hunt != "beacons" { // nobody is even here
					b.Fatal("no answer")
				}
			}
		})
	}
}
