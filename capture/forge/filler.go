package forge

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// beats is in how many turns a conversation goes: one for each two minutes, as those that are silent for longer are taken for over.
func beats(end *event.NetworkActivity) int {
	return 1 + min(int(end.End.Sub(end.Start)/(2*time.Minute)), 400)
}

// fill exchanges as many bytes as were counted, in turns, spread over the connection's time.
func (t *talk) fill(end *event.NetworkActivity, turns int, write func(n, seed uint64) []byte) {
	part := func(all uint64, n int) uint64 { return all*uint64(n+1)/uint64(turns) - all*uint64(n)/uint64(turns) }
	for n := range turns {
		t.until(end.Start.Add(end.End.Sub(end.Start) * time.Duration(n+1) / time.Duration(turns+2)))
		t.say(client, write(part(end.Orig.Payload, n), uint64(end.Src.Port)+uint64(n)))
		t.say(server, write(part(end.Resp.Payload, n), uint64(end.Dst.Port)+uint64(n)))
	}
}

// records is noise in records of TLS (RFC 5246 §6.2).
func records(n, seed uint64) (out []byte) {
	for b := range slices.Chunk(noise(n, seed), 16_000) {
		out = join(out, []byte{23, 3, 3, byte(len(b) >> 8), byte(len(b))}, b)
	}
	return out
}

// noise is content that is no protocol's: the same for the same seed.
func noise(n, seed uint64) []byte {
	b := make([]byte, n)
	x := seed*0x9e3779b97f4a7c15 + 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x >> 32)
	}
	if len(b) > 0 {
		b[0] = 0xc3
	}
	return b
}
