package dnsmsg

import (
	"bytes"
	"testing"
)

// TestLongWalk: a name that is led around is followed until that is known; where each round is long, no further than maxWalk.
func TestLongWalk(t *testing.T) {
	round := func(labels int) []byte { return append(bytes.Repeat([]byte("\x01a"), labels), 0xc0, 0) }
	for labels, want := range map[int]oddName{1: nameLoops, 4: nameLoops, 8: tooManyLabels, 10_000: tooManyLabels} {
		b := round(labels)
		if _, next, odd, ok := appendRaw(nil, b, 0); !ok || next != len(b) || odd != want {
			t.Errorf("%d labels a round: %03b, %d, %v; want %03b, %d", labels, odd, next, ok, want, len(b))
		}
	}
}
