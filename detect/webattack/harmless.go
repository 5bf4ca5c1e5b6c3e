package webattack

import (
	"hash/maphash"
	"math/bits"
)

// harmless remembers texts in which nothing was found, by hash with a seed of its own: programs send the same heads again and again.
type harmless struct {
	seed maphash.Seed
	sums [1024]uint64
}

func newHarmless() *harmless { return &harmless{seed: maphash.MakeSeed()} }

// sum is the hash of what belongs together; never 0.
func (m *harmless) sum(a, b string) uint64 {
	return maphash.String(m.seed, a) ^ bits.RotateLeft64(maphash.String(m.seed, b), 1) | 1<<63
}

func (m *harmless) has(sum uint64) bool { return m.sums[sum%uint64(len(m.sums))] == sum }

func (m *harmless) add(sum uint64) { m.sums[sum%uint64(len(m.sums))] = sum }
