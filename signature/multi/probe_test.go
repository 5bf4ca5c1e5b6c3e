//go:build amd64 && !purego

package multi

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestProbesAgree holds the bodies of the probes for AVX2 against those in Go.
func TestProbesAgree(t *testing.T) {
	if !hasAVX2 {
		t.Skip("this processor has no AVX2: only the probes in Go run here, and TestAgainstNaive tests them")
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 3*block*chunk).Draw(t, "text")
		s := New([]Pattern{
			{Bytes: rapid.SliceOfN(rapid.Byte(), 1, 3).Draw(t, "tiny")},
			{Bytes: rapid.SliceOfN(rapid.Byte(), 4, 7).Draw(t, "short")},
			{Bytes: rapid.SliceOfN(rapid.Byte(), 8, 40).Draw(t, "long")}})
		for i := range s.short.bitmap { // that few grams would hardly be met
			s.short.bitmap[i] |= 0x10100
			s.long.bitmap[i%len(s.long.bitmap)] |= 0x20001
		}
		for p := (pieces{rest: text, last: new([whole*block + probeAhead]byte)}); ; {
			b, blocks := p.next()
			if blocks == 0 {
				return
			}
			var long, long2 [chunk]byte
			longBits(b, blocks, &s.long, &long)
			probeLong(b, blocks, &s.long, &long2)
			var short, short2 [2 * chunk]byte
			shortBits(b, blocks, &s.short, &short)
			probeShort(b, blocks, &s.short, &short2)
			var tiny, tiny2 [chunk]uint32
			a := tinyBits(b, blocks, &s.tiny.tables, 0xff, &tiny)
			a2 := probeTiny(b, blocks, &s.tiny.tables, 0xff, &tiny2)
			if d := cmp.Diff([]any{long, short, tiny, a}, []any{long2, short2, tiny2, a2}); d != "" {
				t.Fatal(d)
			}
		}
	})
}
