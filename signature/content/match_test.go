package content

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func chain(steps ...Step) *Chain {
	c := &Chain{Steps: steps}
	c.Link()
	return c
}

func num(n int) Value { return Value{N: int32(n)} }

// oracle tries every place of every content.
func oracle(steps []Step, b []byte, pos int) bool {
	if len(steps) == 0 {
		return true
	}
	switch t := steps[0].(type) {
	case *DataAt:
		at := int(t.At.N)
		ok := at < len(b)
		if t.Relative {
			ok = pos+at <= len(b)
		}
		return ok != t.Negated && oracle(steps[1:], b, pos)
	case *Content:
		found := false
		for i := 0; i+len(t.Bytes) <= len(b); i++ {
			if !allowed(t, b, i, pos) {
				continue
			}
			if found = true; !t.Negated && oracle(steps[1:], b, i+len(t.Bytes)) {
				return true
			}
		}
		return t.Negated && !found && oracle(steps[1:], b, pos)
	}
	panic("step")
}

// allowed says in the words of the documentation whether t may stand at i.
func allowed(t *Content, b []byte, i, pos int) bool {
	end := i + len(t.Bytes)
	have := b[i:end]
	if t.NoCase {
		have = bytes.ToLower(have)
	}
	if !bytes.Equal(have, t.Bytes) || t.EndsWith && end != len(b) {
		return false
	}
	if t.HasDistance || t.HasWithin {
		from := pos + int(t.Distance.N)
		return i >= from && (!t.HasWithin || end <= from+int(t.Within.N))
	}
	return i >= int(t.Offset.N) && (!t.HasDepth || end <= int(t.Offset.N)+int(t.Depth.N))
}

func drawStep(t *rapid.T, i int) Step {
	name := func(s string) string { return fmt.Sprint(s, i) }
	if rapid.IntRange(0, 5).Draw(t, name("kind")) == 0 {
		return &DataAt{At: num(rapid.IntRange(0, 6).Draw(t, name("at"))), Relative: rapid.Bool().Draw(t, name("rel")), Negated: rapid.Bool().Draw(t, name("not"))}
	}
	c := &Content{Bytes: []byte(rapid.StringMatching("[ab]{1,3}").Draw(t, name("bytes"))), Negated: rapid.IntRange(0, 3).Draw(t, name("negated")) == 0,
		NoCase: rapid.Bool().Draw(t, name("nocase")), EndsWith: rapid.IntRange(0, 6).Draw(t, name("end")) == 0}
	if rapid.Bool().Draw(t, name("relative")) {
		c.HasDistance, c.HasWithin = true, rapid.Bool().Draw(t, name("within"))
		c.Distance = num(rapid.IntRange(-3, 4).Draw(t, name("distance")))
		if c.HasWithin {
			c.Within = num(len(c.Bytes) + rapid.IntRange(0, 4).Draw(t, name("in")))
		}
		return c
	}
	if c.HasOffset = rapid.Bool().Draw(t, name("offset")); c.HasOffset {
		c.Offset = num(rapid.IntRange(0, 6).Draw(t, name("from")))
	}
	if c.HasDepth = rapid.Bool().Draw(t, name("depth")); c.HasDepth {
		c.Depth = num(len(c.Bytes) + rapid.IntRange(0, 6).Draw(t, name("deep")))
	}
	return c
}

func TestChainAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(rapid.StringMatching("[abAB]{0,14}").Draw(t, "b"))
		var steps []Step
		for i := range rapid.IntRange(1, 5).Draw(t, "n") {
			steps = append(steps, drawStep(t, i))
		}
		var s State
		s.Reset()
		if got, want := chain(steps...).Match(&s, b), oracle(steps, b, 0); got != want {
			t.Fatalf("%q: %v, want %v", b, got, want)
		}
	})
}

func TestIndexFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(rapid.StringMatching("[aAbB/ ]{0,40}").Draw(t, "b"))
		sub := []byte(rapid.StringMatching("[ab/ ]{1,4}").Draw(t, "sub"))
		if got, want := indexFold(b, sub, rarest(sub, true)), bytes.Index(bytes.ToLower(b), sub); got != want {
			t.Fatalf("%q in %q: %d, want %d", sub, b, got, want)
		}
	})
}

func TestStepsAreBounded(t *testing.T) {
	var steps []Step
	for range 12 {
		steps = append(steps, &Content{Bytes: []byte("a"), HasWithin: true, Within: num(5000)})
	}
	steps = append(steps, &Content{Bytes: []byte("z"), HasWithin: true, Within: num(5000)})
	var s State
	if chain(steps...).Match(&s, append(bytes.Repeat([]byte("a"), 4000), 'y')) {
		t.Error("found what is not there")
	}
	if s.left > 0 {
		t.Error("the search ended before its bound:", s.left)
	}
}

func TestStreamOffsets(t *testing.T) {
	c := chain(&Content{Bytes: []byte("GET"), HasDepth: true, Depth: num(10)})
	s := State{Start: 8}
	if c.Match(&s, []byte("xxGET")) {
		t.Error("depth was not counted from the beginning of the stream")
	}
	s = State{Start: 5}
	if !c.Match(&s, []byte("xxGET")) {
		t.Error("bytes 7 to 10 of the stream are within depth 10")
	}
}

func TestNumbers(t *testing.T) {
	b := []byte("\x00\x05\xff 12ab0x1F-7\x80\x00\x00\x01")
	for _, c := range []struct {
		read Read
		pos  int
		want uint64
		ok   bool
	}{
		{Read{Bytes: num(2)}, 0, 5, true},
		{Read{Bytes: num(2), Little: true}, 0, 0x500, true},
		{Read{Bytes: num(1), Offset: num(2)}, 0, 255, true},
		{Read{Bytes: num(1), Offset: num(-1), Relative: true}, 3, 255, true},
		{Read{Bytes: num(3), Offset: num(3), Base: 10}, 0, 12, true},
		{Read{Bytes: num(5), Offset: num(3), Base: 16}, 0, 0x12ab, true},
		{Read{Bytes: num(4), Offset: num(8), Base: 16}, 0, 0x1f, true},
		{Read{Bytes: num(2), Offset: num(6), Base: 10}, 0, 0, false},
		{Read{Bytes: num(8), Offset: num(14)}, 0, 0, false},
		{Read{Bytes: num(1), Offset: num(-1), Relative: true}, 0, 0, false},
		{Read{Bytes: num(4), Offset: num(14)}, 0, 0x80000001, true},
	} {
		var s State
		v, _, _, ok := c.read.number(&s, b, c.pos)
		if v != c.want || ok != c.ok {
			t.Errorf("%+v: %#x %v, want %#x %v", c.read, v, ok, c.want, c.ok)
		}
	}
}

func TestJump(t *testing.T) {
	b := []byte("\x00\x03abcdefgh")
	for _, c := range []struct {
		jump ByteJump
		pos  int
		want int
		ok   bool
	}{
		{ByteJump{Read: Read{Bytes: num(2)}}, 0, 5, true},
		{ByteJump{Read: Read{Bytes: num(2)}, Align: true}, 0, 6, true},
		{ByteJump{Read: Read{Bytes: num(2)}, FromBeginning: true}, 0, 3, true},
		{ByteJump{Read: Read{Bytes: num(2)}, Multiplier: 2}, 0, 8, true},
		{ByteJump{Read: Read{Bytes: num(2)}, Multiplier: 3}, 0, 0, false},
		{ByteJump{Read: Read{Bytes: num(2)}, PostOffset: num(-5)}, 0, 0, true},
		{ByteJump{Read: Read{Bytes: num(0)}, FromEnd: true, PostOffset: num(-4)}, 0, 6, true},
		{ByteJump{Read: Read{Bytes: num(1), Offset: num(-1), Relative: true}}, 2, 5, true},
	} {
		var s State
		got, ok := c.jump.jump(&s, b, c.pos)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%+v: %d %v, want %d %v", c.jump, got, ok, c.want, c.ok)
		}
	}
}

func TestVariables(t *testing.T) {
	c := chain(
		&ByteExtract{Read: Read{Bytes: num(1)}, To: 0},
		&ByteMath{Read: Read{Bytes: num(1)}, Op: Plus, Operand: Number{Var: 1}, To: 1},
		&Content{Bytes: []byte("x"), HasOffset: true, Offset: Value{Var: 1}},
		&ByteTest{Read: Read{Bytes: num(1), Offset: num(1)}, Op: TestEqual, Operand: Number{Var: 2}},
	)
	var s State
	if !c.Match(&s, []byte("\x03\x06bx")) {
		t.Error("3 at 0, 3+3 at 1, x from 3 on: not found")
	}
	if c.Match(&s, []byte("\x03\x06xb")) {
		t.Error("x stands before the offset")
	}
	if s.Vars[1] != 6 {
		t.Error("byte_math gave", s.Vars[1])
	}
}

func TestExtractMoves(t *testing.T) {
	c := chain(&Content{Bytes: []byte("this")}, &ByteExtract{Read: Read{Bytes: num(1), Offset: num(2), Relative: true, Base: 10}},
		&Content{Bytes: []byte("g_st"), HasWithin: true, Within: Value{Var: 1}})
	var s State
	if !c.Match(&s, []byte("/this_b5ig_string")) {
		t.Error("the number 5 is followed by g_st within 5 bytes")
	}
}

func TestBase64Chain(t *testing.T) {
	c := chain(&Content{Bytes: []byte("v=")}, &Base64{Relative: true, Chain: &Chain{Steps: []Step{&Content{Bytes: []byte("secret")}}}})
	var s State
	if !c.Match(&s, []byte("v=bXkgc2VjcmV0IQ==&x")) {
		t.Error("decoded text was not looked at")
	}
	if c.Match(&s, []byte("v=bXkgcHVibGlj")) {
		t.Error("found what is not there")
	}
}
