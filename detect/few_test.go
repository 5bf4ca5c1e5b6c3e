package detect

import (
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFew holds Few against a map through a thousand steps each of small and of larger sets.
func TestFew(t *testing.T) {
	for _, keys := range []int{1, 2, 3, 9} {
		r := rand.New(rand.NewPCG(1, uint64(keys)))
		var f Few[int, int]
		want := map[int]int{}
		for step := range 1000 {
			k, limit := r.IntN(keys), 0
			if step%50 == 49 {
				limit = step - r.IntN(60)
				maps.DeleteFunc(want, func(_, v int) bool { return v < limit })
			} else {
				f.Put(k, step)
				want[k] = step
			}
			got := map[int]int{}
			f.Keep(func(k, v int) bool {
				if v >= limit {
					got[k] = v
				}
				return v >= limit
			})
			if diff := cmp.Diff(want, got); diff != "" || f.Len() != len(want) {
				t.Fatalf("%d keys, step %d, %d held: %s", keys, step, f.Len(), diff)
			}
			if _, ok := want[k]; f.Has(k) != ok {
				t.Fatalf("%d keys, step %d: has %d is %v", keys, step, k, !ok)
			}
		}
	}
}

// TestFewAllocatesLate asserts that what most sources need costs no allocation.
func TestFewAllocatesLate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		var f Few[uint16, bool]
		f.Put(80, true)
		f.Put(443, true)
		f.Put(80, false)
		if f.Len() != 2 || !f.Has(443) {
			t.Error("an entry is missing")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
