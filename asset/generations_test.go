package asset

import "testing"

// TestGenerations remembers what came since the turn before the last one, and nothing older, through turns that use the same maps again.
func TestGenerations(t *testing.T) {
	g := newGenerations[int, int](10)
	for k := range 95 {
		g.put(k, k+1)
	}
	if g.turns != 9 {
		t.Errorf("%d turns, want 9", g.turns)
	}
	for k := range 95 {
		want := 0
		if k >= 80 {
			want = k + 1
		}
		if got := g.get(k); got != want {
			t.Errorf("%d: %d, want %d", k, got, want)
		}
	}
}
