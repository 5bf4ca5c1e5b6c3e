package multi

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestClasses: each key is in one class.
func TestClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.Uint32(), 0, 40).Draw(t, "keys")
		for i := range keys {
			keys[i] |= fold & 0xffffffff
		}
		pass := rapid.SampledFrom([]func([]uint32) float64{passIndexed, passHalved}).Draw(t, "pass")
		all := classes(keys, 8, pass)
		want, got := slices.Clone(keys), slices.Concat(all...)
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(slices.Compact(want), got); len(keys) > 0 && d != "" {
			t.Fatal(d)
		}
	})
}

// TestClassesTellApart: strings of files and pages let through a small part of what they let through by their order alone.
func TestClassesTellApart(t *testing.T) {
	var keys []uint32
	for i := 0; i+4 <= len(ordinary) && len(keys) < 80; i += 17 {
		keys = append(keys, foldedAt(ordinary, i)|uint32(ordinary[i+3]|0x20)<<24)
	}
	slices.Sort(keys)
	sum := func(all [][]uint32) (p float64) {
		for _, class := range all {
			p += passHalved(class)
		}
		return p
	}
	var plain [][]uint32
	for i := 0; i < len(keys); i += len(keys) / 8 {
		plain = append(plain, keys[i:min(i+len(keys)/8, len(keys))])
	}
	if got, was := sum(classes(keys, 8, passHalved)), sum(plain); got > was/2 {
		t.Errorf("%.4f of all places pass, %.4f before", got, was)
	}
}
