package dissect

import (
	"testing"
)

// TestForgedTimestamp sends a segment with a timestamp of the future that its receiver throws away for its checksum, in captures where nobody
// looks at these: what is genuine still counts. Right ones move the clock as ever, and those of a host that leaves checksums to its card.
func TestForgedTimestamp(t *testing.T) {
	junk := func(stamp uint32) seg {
		return seg{from: Orig, flags: ack, seq: 1, ack: 1, stamp: stamp, echo: 90, broken: true}
	}
	say := func(seq int, stamp uint32, data string) seg {
		return seg{from: Orig, flags: ack, seq: seq, ack: 1, stamp: stamp, echo: 90, data: data}
	}
	offload := append([]seg(nil), timed...)
	offload[0].broken, offload[2].broken = true, true
	broken := say(1, 5000, "abc")
	broken.broken = true
	for name, c := range map[string]struct {
		segments []seg
		want     string
	}{
		"far in the future":       {and(timed, junk(702+1<<30), say(1, 702, "abc"), say(4, 703, "def")), "abcdef"},
		"a little":                {and(timed, junk(702+40), say(1, 702, "abc"), say(4, 703, "def")), "abcdef"},
		"at once":                 {and(timed[:2:2], junk(900), timed[2], say(1, 702, "abc")), "abc"},
		"with data":               {and(timed, say(1, 702, "abc"), junk(9000), say(4, 703, "def")), "abcdef"},
		"a genuine one, then old": {and(timed, say(1, 5000, "abc"), say(4, 4000, "old"), say(4, 5001, "def")), "abcdef"},
		"of a card, then old":     {and(offload, broken, say(4, 4000, "old"), say(4, 5001, "def")), "abcdef"},
	} {
		r, _ := played(c.segments...)
		if got := r.said[Orig].String(); got != c.want {
			t.Errorf("%s: %q, want %q: %v", name, got, c.want, r.events)
		}
	}
}

// TestReorderedTimestamps has segments overtake older ones by more than a tick, as on hosts with several queues: their receiver takes them all.
func TestReorderedTimestamps(t *testing.T) {
	say := func(seq int, stamp uint32, data string) seg {
		return seg{from: Orig, flags: ack, seq: seq, ack: 1, stamp: stamp, echo: 90, data: data}
	}
	r, _ := played(and(timed, say(1, 702, "abc"), say(10, 720, "jkl"), say(13, 721, "mno"), say(4, 705, "def"), say(16, 722, "pqr"), say(7, 706, "ghi"))...)
	if got := r.said[Orig].String(); got != "abcdefghijklmnopqr" {
		t.Errorf("%q: %v", got, r.events)
	}
}

// TestChecksumsSeldom holds that an ordinary flow does not pay for it: of segments whose timestamps go with the clock hardly any is summed up.
func TestChecksumsSeldom(t *testing.T) {
	p := &peer{sums: true, timed: true}
	looked := 0
	for i := range 10_000 {
		now := int64(i)*700_000 + int64(i*7919%13)*50_000 // a segment each 0.7 ms, with some jitter
		x := segment{stamp: uint32(int64(i) * 7 / 10), now: now + 1e15}
		if !p.trusts(&x) {
			looked++
		}
		p.take(&x)
	}
	if looked > 10 {
		t.Errorf("%d of 10,000", looked)
	}
}
