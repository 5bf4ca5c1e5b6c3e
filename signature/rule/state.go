package rule

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
)

// Rate is threshold or detection_filter.
type Rate struct {
	Kind           RateKind
	Track          Track
	Count, Seconds uint32
	Multiplier     uint32
	Unique         Unique
}

// Tag says that packets after the alert are to be logged.
type Tag struct {
	Host   bool // by address; else by session
	Track  Track
	Count  uint32
	Metric string // "packets", "bytes" or "seconds"
}

// Setting is the keyword config: what to do with a flow or transaction that matches.
type Setting struct{ Subsystem, Action, Type, Scope string }

// Fast is the string that the matcher looks for before a rule is looked at.
type Fast struct {
	Condition int    // index in Signature.Buffers, -1: Payload
	Step      int    // index in its chain; -1: the rule has none
	Pattern   []byte // the part to look for, in lower case when NoCase
	NoCase    bool
	Whole     bool // Pattern is all of the content, not a part
	Only      bool // the content need not be looked for again: finding it is enough
}
