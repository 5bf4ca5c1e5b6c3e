//go:build !race

package dissect

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// flood makes the packets of one kind of flood, each from another forged address.
type flood func(r *rand.Rand, i int) []byte

func forged(r *rand.Rand, proto byte, frag uint16, payload []byte) []byte {
	b := make([]byte, 20, 20+len(payload))
	b[0], b[8], b[9] = 0x45, 64, proto
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(payload)))
	binary.BigEndian.PutUint16(b[4:], uint16(r.Uint32()))
	binary.BigEndian.PutUint16(b[6:], frag)
	binary.BigEndian.PutUint32(b[12:], r.Uint32()|1<<31)
	copy(b[16:], []byte{192, 0, 2, 80})
	return append(b, payload...)
}

func forgedTCP(r *rand.Rand, flags byte, payload int) []byte {
	b := make([]byte, 20+payload)
	binary.BigEndian.PutUint32(b, r.Uint32())
	binary.BigEndian.PutUint16(b[2:], 80)
	binary.BigEndian.PutUint32(b[4:], r.Uint32())
	b[12], b[13], b[14] = 0x50, flags, 0xff
	return forged(r, 6, 0, b)
}

var floods = map[string]flood{
	"SYN": func(r *rand.Rand, _ int) []byte { return forgedTCP(r, syn, 0) },
	"ACK": func(r *rand.Rand, _ int) []byte { return forgedTCP(r, ack, 40) },
	"RST": func(r *rand.Rand, _ int) []byte { return forgedTCP(r, rst, 0) },
	"ICMP": func(r *rand.Rand, i int) []byte {
		return forged(r, 1, 0, []byte{8, 0, 0, 0, byte(i >> 8), byte(i), 0, 1})
	},
	"UDP": func(r *rand.Rand, i int) []byte {
		return forged(r, 17, 0, append([]byte{byte(i >> 8), byte(i), 0, 53, 0, 40, 0, 0}, make([]byte, 32)...))
	},
	"fragments": func(r *rand.Rand, _ int) []byte { return forged(r, 17, 0x2000, make([]byte, 800)) },
	"out of order": func(r *rand.Rand, i int) []byte { // of one connection, far from what is due
		s := seg{from: Orig, flags: ack, seq: 2 + int(r.Uint32()%9000), ack: 1, data: "x"}
		return s.bytes()
	},
	"retransmissions": func(r *rand.Rand, i int) []byte {
		s := seg{from: Orig, flags: ack, seq: 1, ack: 1, data: strings.Repeat("x", 1+i%1000)}
		return s.bytes()
	},
}

// TestFloods sends far more than the tables hold in the middle of a conversation: memory is bounded, what was given up is
// counted, and rules still see the conversation to its end.
func TestFloods(t *testing.T) {
	const packets = 60_000
	for name, f := range floods {
		t.Run(name, func(t *testing.T) {
			r := &rules{}
			cfg := DefaultConfig()
			cfg.Seed, cfg.MaxFlows, cfg.BufferBytes = 1, 4096, 1<<20
			a := New(cfg, nil, func(event.Event) {})
			a.Inspect(r)
			now := int64(0)
			send := func(b []byte) {
				now += 20_000
				a.Packet(&capture.Packet{Nanos: now, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
			}
			first := seg{from: Resp, flags: ack, seq: 1, ack: 1, data: "before "}
			for i := range hello {
				send(hello[i].bytes())
			}
			send(first.bytes())
			random := rand.New(rand.NewPCG(1, 2))
			for i := range packets / 10 { // until all is warm
				send(f(random, i))
			}
			before := heap()
			for i := range packets {
				send(f(random, i))
			}
			if grown := int64(heap()) - int64(before); grown > 8<<20 {
				t.Errorf("%d packets take %d KiB more", packets, grown>>10)
			}
			last := seg{from: Resp, flags: ack, seq: 8, ack: 1, data: "after"}
			send(last.bytes())
			if got := r.said[Resp].String(); got != "before after" {
				t.Errorf("rules saw %d bytes: %.80q", len(got), got)
			}
			if a.table.n > cfg.MaxFlows/aloneShare+1 || a.alone > cfg.MaxFlows/aloneShare || a.alone < 0 {
				t.Errorf("%d flows, %d of them alone", a.table.n, a.alone)
			}
			s := a.stats
			lost := s.Evicted + a.decoder.Evicted() + s.GapBytes + uint64(len(r.events))
			if lost == 0 {
				t.Error("nothing is counted")
			}
			a.Close()
			if a.pool.Used() != 0 || a.keptAll != 0 || a.held != 0 {
				t.Errorf("%d buffers, %d and %d bytes are still held", a.pool.Used(), a.keptAll, a.held)
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
