package content_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/signature/content"
)

// drawContent draws a content of few letters with any of the modifiers of place.
func drawContent(t *rapid.T, letters *rapid.Generator[byte]) *content.Content {
	c := &content.Content{Bytes: rapid.SliceOfN(letters, 1, 3).Draw(t, "bytes"), Negated: rapid.IntRange(0, 5).Draw(t, "negated") == 0}
	number := func(name string, low int32) (content.Value, bool) {
		return content.Value{N: rapid.Int32Range(low, 12).Draw(t, name)}, rapid.Bool().Draw(t, "has "+name)
	}
	if rapid.Bool().Draw(t, "relative") {
		c.Distance, c.HasDistance = number("distance", -6)
		c.Within, c.HasWithin = number("within", int32(len(c.Bytes)))
	} else {
		c.Offset, c.HasOffset = number("offset", 0)
		c.Depth, c.HasDepth = number("depth", int32(len(c.Bytes)))
	}
	return c
}

// TestBounds holds each content of a chain that matches to its bounds.
func TestBounds(t *testing.T) {
	letters := rapid.SampledFrom([]byte("abc"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(letters, 0, 40).Draw(t, "text")
		chain := &content.Chain{}
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			chain.Steps = append(chain.Steps, drawContent(t, letters))
		}
		chain.Link()
		start := rapid.SampledFrom([]uint64{0, 0, 3, 10}).Draw(t, "start")
		state := content.State{Start: start}
		if !chain.Match(&state, text) {
			return
		}
		for i, step := range chain.Steps {
			c := step.(*content.Content)
			if c.Negated {
				continue
			}
			from, end := chain.Bounds(i, start == 0)
			from, end = max(from-int(start), 0), min(end-int(start), len(text))
			if end < from || !bytes.Contains(text[from:end], c.Bytes) {
				t.Fatalf("content %d %q is not between %d and %d of %q", i, c.Bytes, from, end, text)
			}
		}
	})
}
