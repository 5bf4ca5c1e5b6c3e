package rule

import "github.com/yagura-project/yagura/event/wire"

// Bit is what an operation does with a bit.
type Bit uint8

// Operations on bits. IsSet and IsNotSet are conditions, the others are done when all conditions hold.
const (
	Set Bit = iota
	Unset
	Toggle
	IsSet
	IsNotSet
)

// Condition reports whether the operation only asks.
func (b Bit) Condition() bool { return b == IsSet || b == IsNotSet }

// Track says whose state or count it is.
type Track uint8

// Tracks.
const (
	BySource Track = iota // of the packet
	ByDestination
	ByPair // of addresses
	ByRule
	ByFlow
	ByTx
)

// BitOp is one use of flowbits, xbits or hostbits.
type BitOp struct {
	Op     Bit
	Names  []uint32 // numbers from Env.Names; several: any of them (IsSet, IsNotSet)
	Track  Track    // of xbits and hostbits
	Expire uint32   // seconds, of a bit that is set; 0: never (flowbits), 30 by default otherwise
}

// IntOp is one use of flowint.
type IntOp struct {
	Op    IntKind
	Name  uint32 // number from Env.Names
	N     uint32
	Other uint32 // 1 + number of the counter to take the value from; 0: N
}

// IntKind is what an operation does with a counter.
type IntKind uint8

// Operations on counters. Up to IntSub they are done when all conditions hold; the others are conditions.
const (
	IntSet IntKind = iota
	IntAdd
	IntSub
	IntLess
	IntLessEqual
	IntEqual
	IntNotEqual
	IntGreaterEqual
	IntGreater
	IntIsSet
	IntIsNotSet
)

// Condition reports whether the operation only asks.
func (k IntKind) Condition() bool { return k >= IntLess }

// VarOp is one use of a text that a pattern catches: pcre stores it, flowvar and pktvar ask for it.
type VarOp struct {
	Store   bool   // by a pattern of the rule; else the rule asks
	Name    uint32 // number from Env.Names
	Whole   string // name with its place: "flow:name" or "pkt:name"
	Part    []byte // what must stand in the text
	Negated bool   // it must not stand there; the text must be known all the same
}

// Pace is from when on one direction of a flow counts as an elephant: more than Bytes within Interval.
type Pace struct {
	Bytes    uint64
	Interval int64 // ns
}

// Elephant is flow.elephant: which directions must go at a pace, both or one of them.
type Elephant struct {
	Pace Pace
	Dirs [2]bool
	Both bool
}

// RateKind is how often a rule may speak.
type RateKind uint8

// Kinds of rates.
const (
	Limit     RateKind = iota // the first Count in Seconds
	Threshold                 // each Count-th in Seconds
	Both                      // once in Seconds, at the Count-th
	Backoff                   // at Count, Count×Multiplier, Count×Multiplier² …
	Detection                 // detection_filter: from the (Count+1)-th in Seconds on
)

// Unique is what detection_filter counts once.
type Unique uint8

// What is counted once.
const (
	UniqueNone Unique = iota
	UniqueSourcePort
	UniqueDestinationPort
	UniqueSource
	UniqueDestination
)

// Rate is threshold or detection_filter.
type Rate struct {
	Kind           RateKind
	Track          Track
	Count, Seconds uint32
	Multiplier     uint32
	Unique         Unique
}

// Silence says for whom a rule does not alert (suppress).
type Silence struct {
	Src, Dst bool       // which side of the packet is looked at
	Nets     *Addresses // nil: everybody
}

// Holds reports whether it holds for a packet between two addresses.
func (s *Silence) Holds(src, dst *wire.Addr) bool {
	return s.Src && s.Nets.Contains(src) || s.Dst && s.Nets.Contains(dst)
}

// Turn gives a rule another action for Timeout seconds from when it has matched more than Count times in Seconds (rate_filter).
type Turn struct {
	Track                   Track
	Count, Seconds, Timeout uint32
	Action                  Action
}

// Tag says that packets after the alert are to be told of, too.
type Tag struct {
	Host   bool   // those of an address; else of the flow
	Track  Track  // which address: BySource or ByDestination of the alert
	Count  uint64 // of Metric, the packet of the alert included
	Metric Metric
}

// Metric is what a tag counts.
type Metric uint8

// Metrics.
const (
	Packets Metric = iota
	Bytes
	Seconds
)

// Fast is the string that the matcher looks for before a rule is looked at.
type Fast struct {
	Condition int    // index in Signature.Buffers, -1: Payload
	Step      int    // index in its chain; -1: the rule has none
	Pattern   []byte // the part to look for, in lower case when NoCase
	NoCase    bool
	Whole     bool // Pattern is all of the content, not a part
	Only      bool // the content need not be looked for again: finding it is enough
}
