package multi

import (
	"testing"

	"pgregory.net/rapid"
)

// plainly is rarest, each place by itself.
func plainly(p []byte, width int) int {
	best, at := 1<<30, 0
	for i := 0; i+width <= len(p); i++ {
		score := 0
		for k, c := range p[i : i+width] {
			score += common(c)
			if k > 0 && c|0x20 == p[i+k-1]|0x20 {
				score += costOfSame
			}
			for o := 0; k+3 <= width && o+3 <= len(ordinary); o++ {
				if foldedAt(p, i+k) == foldedAt(ordinary, o) {
					score += costOfUsual
					break
				}
			}
		}
		if score < best {
			best, at = score, i
		}
	}
	return at
}

func TestRarestAgainstPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(8, MaxLen).Draw(t, "length")
		at := rapid.IntRange(0, len(ordinary)-n).Draw(t, "at")
		p := []byte(ordinary[at : at+n])
		for i, c := range rapid.MapOfN(rapid.IntRange(0, n-1), rapid.Byte(), 0, 6).Draw(t, "others") {
			p[i] = c
		}
		for _, width := range []int{4, 8} {
			if got, want := rarest(p, width), plainly(p, width); got != want {
				t.Fatalf("the rarest %d bytes of %q begin at %d, not %d", width, p, want, got)
			}
		}
	})
}
