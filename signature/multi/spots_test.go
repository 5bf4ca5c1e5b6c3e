package multi_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/signature/multi"
)

func TestSpotsAgainstNaive(t *testing.T) {
	letters := rapid.SampledFrom(alphabet)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(letters, 0, 80).Draw(t, "text")
		from := rapid.IntRange(0, 20).Draw(t, "from")
		var patterns []multi.Pattern
		var at []multi.Spot
		for range rapid.IntRange(0, 60).Draw(t, "patterns") {
			p := multi.Pattern{NoCase: rapid.Bool().Draw(t, "nocase")}
			if len(text) > 1 && rapid.Bool().Draw(t, "from text") {
				i := rapid.IntRange(0, len(text)-1).Draw(t, "at")
				p.Bytes = bytes.Clone(text[i:rapid.IntRange(i, len(text)).Draw(t, "to")])
			} else {
				p.Bytes = rapid.SliceOfN(letters, 0, 40).Draw(t, "bytes")
			}
			first := rapid.IntRange(0, 60).Draw(t, "first")
			patterns, at = append(patterns, p), append(at, multi.Spot{From: first, To: first + rapid.IntRange(0, 15).Draw(t, "more")})
		}
		var want []uint32
		for i, p := range patterns {
			for k := at[i].From; k <= at[i].To; k++ {
				b := text[min(max(k-from, 0), len(text)):]
				if k < from || len(p.Bytes) == 0 || len(b) < len(p.Bytes) {
					continue
				}
				if b = b[:len(p.Bytes)]; bytes.Equal(b, p.Bytes) || p.NoCase && bytes.Equal(asciiLower(b), asciiLower(p.Bytes)) {
					want = append(want, uint32(i))
					break
				}
			}
		}
		var h multi.Hits
		multi.NewSpots(patterns, at).Scan(text, from, &h)
		slices.Sort(h.IDs)
		if d := cmp.Diff(want, h.IDs); d != "" {
			t.Fatal(d)
		}
	})
}
