package signature

import (
	"github.com/yagura-project/yagura/signature/memo"
)

// Limits bounds what rules remember beyond one flow.
type Limits struct {
	Counters int `yaml:"counters"` // counters of thresholds
	Bits     int `yaml:"bits"`     // bits of hosts, and of pairs
}

// DefaultLimits are enough for a prefecture's traffic.
func DefaultLimits() Limits { return Limits{Counters: 1 << 17, Bits: 1 << 17} }

// Shared is what rules remember beyond one flow, for all engines of a sensor. It outlives rule sets.
type Shared struct {
	Content bool // alerts carry their packet; to be set before the first one

	midstream bool
	limits    *memo.Limits
	xbits     *memo.Bits
	hostbits  *memo.Bits
}

// NewShared makes an empty memory.
func NewShared(c Config) *Shared {
	l := c.Limits
	return &Shared{midstream: c.Midstream, limits: memo.NewLimits(l.Counters), xbits: memo.NewBits(l.Bits), hostbits: memo.NewBits(l.Bits)}
}

// Evicted counts what was forgotten for room.
func (s *Shared) Evicted() uint64 {
	return s.limits.Evicted() + s.xbits.Evicted() + s.hostbits.Evicted()
}
