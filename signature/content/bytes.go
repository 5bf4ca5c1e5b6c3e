package content

import (
	"math/bits"
)

// Read says how a number is read from a buffer.
type Read struct {
	Bytes    Value  // 1-8, of a string up to 23
	Offset   Value  // may be negative when Relative
	Relative bool   // Offset is counted from the end of the last match
	Little   bool   // byte order
	DCE      bool   // byte order as State.Little says
	Base     int8   // 8, 10 or 16: digits; 0: binary
	Mask     uint64 // 0: none. The result is shifted to the right by the zeros at its end
}

// number reads; at is where it stood, n its length: of digits as many as there were.
func (r *Read) number(s *State, b []byte, pos int) (v uint64, at, n int, ok bool) {
	at, n = r.Offset.in(s), r.Bytes.in(s)
	if r.Relative {
		at += pos
	}
	if at < 0 || n < 0 || n > maxDigits || at+n > len(b) || at >= len(b) && n > 0 {
		return 0, 0, 0, false
	}
	raw := b[at : at+n]
	if r.Base != 0 {
		if n == 0 { // as many as there are
			raw = b[min(at, len(b)):min(at+maxDigits, len(b))]
		}
		v, n, ok = digits(raw, uint64(r.Base))
		return v, at, n, ok
	}
	if n > 8 {
		return 0, 0, 0, false
	}
	little := r.Little
	if r.DCE {
		little = s.Little
	}
	for i := range raw {
		if little {
			v |= uint64(raw[i]) << (8 * i)
		} else {
			v = v<<8 | uint64(raw[i])
		}
	}
	return v, at, n, true
}

// maxDigits is the length of the longest number of 64 bits in octal, with a zero before it.
const maxDigits = 23

// digits reads a number as strtoull of C does: after white space and a sign, up to what is no digit; n is what it read over.
func digits(b []byte, base uint64) (v uint64, n int, ok bool) {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] >= '\t' && b[i] <= '\r') {
		i++
	}
	negative := false
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		negative = b[i] == '-'
		i++
	}
	if base == 16 && i+2 < len(b) && b[i] == '0' && lower[b[i+1]] == 'x' {
		i += 2
	}
	found := false
	for ; i < len(b); i++ {
		d := uint64(255)
		switch c := lower[b[i]]; {
		case '0' <= c && c <= '9':
			d = uint64(c - '0')
		case 'a' <= c && c <= 'f':
			d = uint64(c-'a') + 10
		}
		if d >= base {
			break
		}
		hi, lo := bits.Mul64(v, base)
		if hi != 0 || lo+d < lo {
			return 0, 0, false
		}
		v, found = lo+d, true
	}
	if negative {
		v = -v
	}
	return v, i, found
}

// masked applies the mask and shifts.
func (r *Read) masked(v uint64) uint64 {
	if r.Mask == 0 {
		return v
	}
	return v & r.Mask >> bits.TrailingZeros64(r.Mask)
}

// Word is an operator of byte_test or byte_math.
type Word uint8

// Operators.
const (
	TestLess Word = iota
	TestGreater
	TestEqual
	TestLessEqual
	TestGreaterEqual
	TestAnd
	TestXor
	Plus
	Minus
	Times
	Divide
	ShiftLeft
	ShiftRight
)

// Number is an operand: a number of the rule, or a variable.
type Number struct {
	N   uint64
	Var int8 // 1 + index in State.Vars; 0: N
}

func (n Number) in(s *State) uint64 {
	if n.Var == 0 {
		return n.N
	}
	return s.Vars[n.Var-1]
}

// ByteTest compares a number in the buffer.
type ByteTest struct {
	Read
	Op      Word
	Negated bool
	Operand Number
}

func (t *ByteTest) relative() bool { return t.Relative }
func (t *ByteTest) moves() bool    { return false }

func (t *ByteTest) holds(s *State, b []byte, pos int) bool {
	v, _, n, ok := t.number(s, b, pos)
	if !ok || n == 0 && t.Base == 0 {
		return false
	}
	v = t.masked(v)
	x := t.Operand.in(s)
	switch t.Op {
	case TestLess:
		ok = v < x
	case TestGreater:
		ok = v > x
	case TestEqual:
		ok = v == x
	case TestLessEqual:
		ok = v <= x
	case TestGreaterEqual:
		ok = v >= x
	case TestAnd:
		ok = v&x != 0
	case TestXor:
		ok = v^x != 0
	}
	return ok != t.Negated
}

// ByteJump goes to where a number in the buffer points.
type ByteJump struct {
	Read
	Multiplier    uint64 // 0: 1
	Align         bool   // up to the next multiple of four
	FromBeginning bool
	FromEnd       bool
	PostOffset    Value
}

func (t *ByteJump) relative() bool { return t.Relative }
func (t *ByteJump) moves() bool    { return true }

func (t *ByteJump) jump(s *State, b []byte, pos int) (int, bool) {
	v, at, n, ok := t.number(s, b, pos)
	if !ok {
		return 0, false
	}
	v = t.masked(v)
	if t.Multiplier != 0 {
		v *= t.Multiplier
	}
	if t.Align {
		v = (v + 3) &^ 3
	}
	if v > 1<<40 && v < -(1<<40)&(1<<64-1) {
		return 0, false
	}
	to := int(int64(v)) + t.PostOffset.in(s)
	switch {
	case t.FromBeginning:
	case t.FromEnd:
		to += len(b)
	default:
		to += at + n
	}
	if to >= len(b) {
		return 0, false
	}
	return max(to, 0), true
}

// ByteExtract stores a number of the buffer in a variable.
type ByteExtract struct {
	Read
	Multiplier uint64 // 0: 1
	Align      uint64 // 0, 2 or 4
	To         int    // index in State.Vars
}

func (t *ByteExtract) relative() bool { return t.Relative }
func (t *ByteExtract) moves() bool    { return true }

// extract gives the place behind the number.
func (t *ByteExtract) extract(s *State, b []byte, pos int) (int, bool) {
	v, at, n, ok := t.number(s, b, pos)
	if !ok || n == 0 {
		return 0, false
	}
	v = t.masked(v)
	if t.Multiplier != 0 {
		v *= t.Multiplier
	}
	if t.Align != 0 && v%t.Align != 0 {
		v += t.Align - v%t.Align
	}
	s.Vars[t.To] = v
	return at + n, true
}

// ByteMath computes with a number of the buffer and stores the result in a variable.
type ByteMath struct {
	Read
	Op      Word
	Operand Number
	To      int
}

func (t *ByteMath) relative() bool { return t.Relative }
func (t *ByteMath) moves() bool    { return true }

// compute gives the place behind the number.
func (t *ByteMath) compute(s *State, b []byte, pos int) (int, bool) {
	v, at, n, ok := t.number(s, b, pos)
	if !ok || n == 0 {
		return 0, false
	}
	x := t.Operand.in(s)
	switch t.Op {
	case Plus:
		v += x
	case Minus:
		v -= x
	case Times:
		v *= x
	case Divide:
		if x == 0 {
			return 0, false
		}
		v /= x
	case ShiftLeft:
		v <<= min(x, 64)
	case ShiftRight:
		v >>= min(x, 64)
	}
	s.Vars[t.To] = t.masked(v)
	return at + n, true
}
