package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

// bulk is n events of a busy town: 1,300 machines, about 2,000 domains.
func bulk(n int) []event.Event {
	out := make([]event.Event, 0, n)
	for i := 0; len(out) < n; i++ {
		src := fmt.Sprintf("10.1.%d.%d", i%5, 1+i*7%254)
		when := at(time.Duration(i) * 40 * time.Millisecond)
		dst := fmt.Sprintf("203.0.%d.%d", i*i%97, i%251)
		name := fmt.Sprintf("www%d.example", i*i%2003)
		out = append(out, flow(uint64(i), when, src, dst, name, uint64(i%9000), uint64(i%90000))...)
		if i%3 == 0 {
			out = append(out, dns(uint64(i), when, src, name, dst))
		}
	}
	return out[:n]
}

func BenchmarkAppend(b *testing.B) {
	events := bulk(200_000)
	cfg := testConfig(b.TempDir())
	s, tel := written(b, cfg, nil)
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range events {
			must(b, tel.AppendWait(b.Context(), e))
		}
		must(b, tel.Flush(b.Context()))
	}
	list, err := s.Segments(b.Context(), time.Time{}, time.Time{})
	must(b, err)
	var size, rows int64
	for _, g := range list {
		size, rows = size+g.Bytes, rows+g.Rows
	}
	b.ReportMetric(float64(len(events)*b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(size)/float64(rows), "B/event")
}

func BenchmarkPutIncident(b *testing.B) {
	s := openTest(b, b.TempDir())
	i := incident(1)
	for b.Loop() {
		must(b, s.PutIncident(b.Context(), i))
	}
}
