// Package content looks for what a rule asks of one buffer: chains of contents, patterns and numbers that may lean on each other.
package content

// MaxVars bounds the variables (byte_extract, byte_math) of one rule.
const MaxVars = 16

// State is what the evaluation of one rule carries from buffer to buffer. One goroutine uses one State; Reset before each rule.
type State struct {
	Vars   [MaxVars]uint64 // variables of byte_extract and byte_math
	Start  uint64          // where the buffer begins in its stream or file; depth counts from there. 0: at the beginning
	Open   bool            // more bytes may follow: sizes are not known yet
	Little bool            // byte order of a DCE/RPC message, for "dce"

	Captures []Capture // what patterns caught for variables of the flow or packet; reused

	left    int  // steps that may still be taken
	stop    bool // no other occurrence of anything can help
	decoded []byte
	text    []byte // the buffer as Latin-1 text
	runes   []rune
	reader  latinReader
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
}

// Value is a number that stands in the rule, or in a variable.
type Value struct {
	N   int32
	Var int8 // 1 + index in State.Vars; 0: N is the value
}

// in is the value; what is beyond any buffer is cut.
func (v Value) in(s *State) int {
	if v.Var == 0 {
		return int(v.N)
	}
	return int(min(s.Vars[v.Var-1], 1<<31-1))
}

// Step is one link of a chain: *Content, *Pattern, *ByteTest, *ByteJump, *ByteExtract, *ByteMath, *DataAt, *Size, *Base64 or *Check.
type Step interface {
	relative() bool // leans on the match before
	moves() bool    // sets the place that later steps lean on
}

// Relative reports whether a step leans on the match before it.
func Relative(s Step) bool { return s.relative() }

// Chain is all that a rule asks of one buffer, in the order of the rule. It is immutable once Link has been called.
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
	StartsWith             bool  // short for offset 0 and the depth of Bytes, which are set too
	Offset, Depth          Value // depth is counted from the offset
	Distance, Within       Value

	leads  bool // a later step leans on it
	once   bool // only as far behind it as one likes: where the first place does not help, no later one does
	anchor int  // index of the byte to look for first
}

func (c *Content) relative() bool { return c.HasDistance || c.HasWithin }
func (c *Content) moves() bool    { return !c.Negated }

// Relative reports whether the content leans on the match before it.
func (c *Content) Relative() bool { return c.relative() }

// DataAt is isdataat: whether there is a byte at a place.
type DataAt struct {
	At       Value
	Negated  bool
	Relative bool
}

func (d *DataAt) relative() bool { return d.Relative }
func (d *DataAt) moves() bool    { return false }

// Size is bsize or urilen: a comparison of the length of the buffer.
type Size struct{ Compare Compare }

func (*Size) relative() bool { return false }
func (*Size) moves() bool    { return false }

// Check is any other condition on the buffer; pos is the end of the match before.
type Check struct {
	Name string
	Do   func(s *State, b []byte, pos int) bool
	Rel  bool // it looks at pos
}

func (c *Check) relative() bool { return c.Rel }
func (c *Check) moves() bool    { return false }

// Base64 decodes a part of the buffer and asks its own chain of the result.
type Base64 struct {
	Bytes    Value // of the buffer, 0: all
	Offset   Value
	Relative bool
	Chain    *Chain // of base64_data; nil: it is enough that something can be decoded
}

func (c *Base64) relative() bool { return c.Relative }
func (c *Base64) moves() bool    { return false }

// Link notes which steps others lean on; it must be called once, before Match.
func (c *Chain) Link() {
	for i, step := range c.Steps {
		switch t := step.(type) {
		case *Content:
			t.anchor = rarest(t.Bytes, t.NoCase)
			t.leads = !t.Negated && c.leanedOn(i+1)
			t.once = t.leads && c.anywhereBehind(i+1)
		case *Pattern:
			t.leads = !t.Negated && c.leanedOn(i+1)
		case *Base64:
			if t.Chain != nil {
				t.Chain.Link()
			}
		}
	}
}

// leanedOn reports whether a step from i on leans on the place that is set before i.
func (c *Chain) leanedOn(i int) bool {
	for _, step := range c.Steps[i:] {
		if step.relative() {
			return true
		}
		if step.moves() {
			return false
		}
	}
	return false
}

// anywhereBehind reports whether all that leans on the place set before step i is a content that may stand anywhere behind it, and
// questions whether bytes follow: what holds behind a later place holds behind an earlier one.
func (c *Chain) anywhereBehind(i int) bool {
	for _, step := range c.Steps[i:] {
		switch t := step.(type) {
		case *Content:
			if t.relative() {
				return !t.Negated && !t.HasWithin && !t.HasDepth && t.Distance.Var == 0
			}
			if t.moves() {
				return true
			}
		case *DataAt:
			if t.Relative && t.Negated {
				return false
			}
		default:
			if step.relative() || step.moves() {
				return false
			}
		}
	}
	return true
}

// Leads reports whether a later step leans on the content; known once Link has been called.
func (c *Content) Leads() bool { return c.leads }
