package signature

import (
	"sync/atomic"

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
	alerts, suppressed, overflow, dropped atomic.Uint64

	Content bool // alerts carry their packet; to be set before the first one
	Payload bool // alerts of rules with frame carry its bytes; likewise

	midstream bool
	limits    *memo.Limits
	xbits     *memo.Bits
	tags      *memo.HostTags
}

// NewShared makes an empty memory.
func NewShared(c Config) *Shared {
	l := c.Limits
	return &Shared{midstream: c.Midstream, limits: memo.NewLimits(l.Counters), xbits: memo.NewBits(l.Bits),
		tags: memo.NewHostTags(l.Bits)}
}

// Stats counts what all engines have done.
type Stats struct {
	Alerts     uint64 // told
	Suppressed uint64 // matches not told for their limits
	Overflow   uint64 // matches beyond those that one packet may have
	Dropped    uint64 // rules not looked at in a transaction or a stream for want of room
	Evicted    uint64 // counters and bits forgotten for want of room
}

// Stats is what was counted so far.
func (s *Shared) Stats() Stats {
	return Stats{Alerts: s.alerts.Load(), Suppressed: s.suppressed.Load(), Overflow: s.overflow.Load(), Dropped: s.dropped.Load(),
		Evicted: s.limits.Evicted() + s.xbits.Evicted() + s.tags.Evicted()}
}
