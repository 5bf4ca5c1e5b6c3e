// Package content looks for what a rule asks of one buffer: chains of contents, patterns and numbers that may lean on each other.
package content

// MaxVars bounds the variables (byte_extract, byte_math) of one rule.
const MaxVars = 16

// State is what the evaluation of one rule carries from buffer to buffer. One goroutine uses one State; Reset before each rule.
type State struct {
	Vars   [MaxVars]uint64 // variables of byte_extract and byte_math
	Start  uint64          // where the buffer begins in its stream or file; depth counts from there. 0: at the beginning
	Open   bool            // more bytes may follow: the end of the buffer is not its end
	Little bool            // byte order of a DCE/RPC message, for "dce"

	Captures []Capture // what patterns caught for variables of the flow or packet; reused

	left    int    // steps that may still be taken
	decoded []byte // what base64_decode found
	scratch [2][]byte
}

// Capture is a value that a pattern stored: pcre:"/…(…)/, flow:name".
type Capture struct {
	Name  string // with its place: "flow:name", "pkt:name", "alert:name"
	Value []byte // valid until the buffer changes
}

// Reset forgets the variables of the rule before.
func (s *State) Reset() {
	s.Vars = [MaxVars]uint64{}
	s.Start, s.Open, s.Little = 0, false, false
	s.Captures = s.Captures[:0]
	s.decoded = s.decoded[:0]
}

// Value is a number that stands in the rule, or in a variable.
type Value struct {
	N   int32
	Var int8 // 1 + index in State.Vars; 0: N is the value
}

// Step is one link of a chain: *Content, *Pattern, *ByteTest, *ByteJump, *ByteExtract, *ByteMath, *Data, *Size, *Base64 or *Check.
type Step interface{ step() }

// Chain is all that a rule asks of one buffer, in the order of the rule. It is immutable.
type Chain struct {
	Steps []Step
}

// Content is a string that must be there, or must not.
type Content struct {
	Bytes   []byte // in lower case when NoCase
	NoCase  bool
	Negated bool

	HasOffset, HasDepth    bool
	HasDistance, HasWithin bool // relative to the end of the match before
	EndsWith               bool
	Offset, Depth          Value // depth as written: bytes counted from Offset
	Distance, Within       Value
	Skip                   bool // the engine's matcher has answered it: fast_pattern:only
	Replace                bool
}

func (*Content) step() {}

// Relative reports whether the content leans on the match before it.
func (c *Content) Relative() bool { return c.HasDistance || c.HasWithin }
