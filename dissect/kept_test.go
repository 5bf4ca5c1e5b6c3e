package dissect

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// TestKeptBounded has many connections say something that is confirmed, all but a byte: what is kept of it, spare room included,
// stays within the bound.
func TestKeptBounded(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Seed = 1
	a := New(cfg, nil, func(event.Event) {})
	a.Inspect(&rules{})
	now := int64(0)
	for port := range 4000 {
		said := and(hello, seg{from: Orig, flags: ack, seq: 1, ack: 1, data: strings.Repeat("x", 7000)}, seg{from: Resp, flags: ack, seq: 1, ack: 7000})
		for i := range said {
			b := said[i].bytes()
			binary.BigEndian.PutUint16(b[20+2*int(said[i].from):], uint16(10000+port))
			now += 1000
			a.Packet(&capture.Packet{Nanos: now, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
		}
	}
	room, flows := 0, 0
	for _, slot := range a.table.slots {
		if slot == 0 {
			continue
		}
		flows++
		if s := a.table.at(uint32(slot) - 1).strict; s != nil && s.kept != nil {
			room += cap(s.kept[Orig].b) + cap(s.kept[Resp].b)
		}
	}
	if flows != 4000 || room > maxKeptAll || a.keptAll < room {
		t.Errorf("%d bytes of room in %d flows, %d counted, at most %d", room, flows, a.keptAll, maxKeptAll)
	}
	a.Close()
	if a.keptAll != 0 {
		t.Errorf("%d bytes are still counted", a.keptAll)
	}
}
