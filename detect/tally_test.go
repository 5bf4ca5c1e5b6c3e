package detect

import (
	"net/netip"
	"testing"
	"time"
)

// TestTallyTells holds that each deed is counted once, however often it is told of.
func TestTallyTells(t *testing.T) {
	start := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	tally := NewTally(10, time.Hour)
	d := Deed{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), "scan"}
	var told []int
	sum := 0
	for i := range 250 {
		c, tell := tally.Add(d, start.Add(time.Duration(i)*time.Second))
		if c.All != i+1 || !c.First.Equal(start) {
			t.Fatalf("%d: %+v", i, c)
		}
		if tell {
			told = append(told, c.All)
			sum += c.New
		}
	}
	if len(told) != 3 || told[0] != 1 || told[1] != 10 || told[2] != 100 || sum != 100 {
		t.Errorf("told at %v, %d in all; want at 1, 10 and 100", told, sum)
	}
	tally.Expire(start.Add(3 * time.Hour))
	if tally.Stats().Keys != 0 {
		t.Error("nothing was forgotten")
	}
}
