package keyword

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What a slab or letters gave stays as it was, whatever they give later, and nothing can be appended into the next.
func TestWhatIsKeptStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var numbers slab[int]
		var words letters
		var lists, kept [][]int
		var texts, own []string
		for range rapid.IntRange(1, 200).Draw(t, "times") {
			list := rapid.SliceOfN(rapid.Int(), 0, 40).Draw(t, "list")
			lists, kept = append(lists, list), append(kept, numbers.keep(slices.Clone(list)))
			_ = append(kept[len(kept)-1], -1)
			text := strings.Repeat(rapid.StringN(0, 9, 20).Draw(t, "text"), 1+len(list))
			texts, own = append(texts, text), append(own, words.keep(text))
		}
		for i := range lists {
			if !slices.Equal(kept[i], lists[i]) || own[i] != texts[i] {
				t.Fatalf("%d: %v and %q became %v and %q", i, lists[i], texts[i], kept[i], own[i])
			}
		}
	})
}
