package signature

import (
	"math"
	"slices"

	"github.com/yagura-project/yagura/signature/memo"
	"github.com/yagura-project/yagura/signature/rule"
)

// asks reports whether all holds that a rule asks of the packet, its flow and the bits; the payload and buffers come after.
func (e *Engine) asks(s *sig, v *view) bool {
	if !s.flowHolds(v) {
		return false
	}
	for _, t := range s.Tests {
		if !t(&e.state, v.p, v.f, v.d) {
			return false
		}
	}
	return !s.asksBits || e.bitsHold(s, v)
}

func (e *Engine) bitsHold(s *sig, v *view) bool {
	for i := range s.FlowBits {
		if o := &s.FlowBits[i]; o.Op.Condition() && !e.anyHolds(o, v, e.flowBit) {
			return false
		}
	}
	for i := range s.XBits {
		if o := &s.XBits[i]; o.Op.Condition() && !e.anyHolds(o, v, e.xbit) {
			return false
		}
	}
	for i := range s.FlowInts {
		if o := &s.FlowInts[i]; o.Op.Condition() && !e.counts(o) {
			return false
		}
	}
	for i := range s.Paces {
		if e.flow == nil || v.f == nil || !e.runs(&s.Paces[i], v.f) {
			return false
		}
	}
	for i := range s.Vars {
		if o := &s.Vars[i]; !o.Store && !e.caught(o) {
			return false
		}
	}
	return true
}

// anyHolds reports whether one of the bits is set, or one is not.
func (e *Engine) anyHolds(o *rule.BitOp, v *view, is func(uint32, *rule.BitOp, *view) bool) bool {
	for _, n := range o.Names {
		if is(n, o, v) == (o.Op == rule.IsSet) {
			return true
		}
	}
	return false
}

func (e *Engine) flowBit(n uint32, _ *rule.BitOp, _ *view) bool {
	return e.flow != nil && e.flow.bit(n)
}

func (e *Engine) xbit(n uint32, o *rule.BitOp, v *view) bool {
	if o.Track == rule.ByTx {
		return e.tx != nil && slices.Contains(e.tx.bits, n)
	}
	return e.shared.xbits.IsSet(bitOf(n, o, v), e.at)
}

// bitOf is the bit of the host or hosts that an operation is about.
func bitOf(n uint32, o *rule.BitOp, v *view) memo.Bit {
	src, dst := v.p.Src.IP(), v.p.Dst.IP()
	switch o.Track {
	case rule.BySource:
		return memo.Bit{Name: n, A: src}
	case rule.ByDestination:
		return memo.Bit{Name: n, A: dst}
	}
	return memo.Pair(n, src, dst)
}

// counts reports whether a comparison of a counter holds; one that was never set compares with nothing.
func (e *Engine) counts(o *rule.IntOp) bool {
	var c *counter
	if e.flow != nil {
		c = e.flow.counter(o.Name)
	}
	if o.Op == rule.IntIsNotSet {
		return c == nil
	}
	if c == nil {
		return false
	}
	n, ok := e.operand(o)
	if !ok {
		return false
	}
	switch o.Op {
	case rule.IntLess:
		return c.value < n
	case rule.IntLessEqual:
		return c.value <= n
	case rule.IntEqual:
		return c.value == n
	case rule.IntNotEqual:
		return c.value != n
	case rule.IntGreaterEqual:
		return c.value >= n
	case rule.IntGreater:
		return c.value > n
	}
	return o.Op == rule.IntIsSet
}

// operand is the number that an operation takes: its own, or another counter's.
func (e *Engine) operand(o *rule.IntOp) (uint32, bool) {
	if o.Other == 0 {
		return o.N, true
	}
	if c := e.flow.counter(o.Other - 1); c != nil {
		return c.value, true
	}
	return 0, false
}

// act does what a rule does when all of it holds.
func (e *Engine) act(s *sig, v *view) {
	for i := range s.FlowBits {
		o := &s.FlowBits[i]
		for _, n := range o.Names {
			if e.flow != nil && !o.Op.Condition() {
				e.flow.setBit(n, o.Op == rule.Set || o.Op == rule.Toggle && !e.flow.bit(n))
			}
		}
	}
	for i := range s.XBits {
		e.actOn(e.shared.xbits, &s.XBits[i], v)
	}
	for i := range s.FlowInts {
		if o := &s.FlowInts[i]; !o.Op.Condition() && e.flow != nil {
			e.count(o)
		}
	}
	if len(s.Vars) > 0 {
		e.keepCaught()
	}
}

func (e *Engine) actOn(bits *memo.Bits, o *rule.BitOp, v *view) {
	if o.Track == rule.ByTx {
		if e.tx != nil {
			e.tx.mark(o)
		}
		return
	}
	until := int64(0)
	if o.Expire > 0 {
		until = e.at + int64(o.Expire)*1e9
	}
	for _, n := range o.Names {
		switch k := bitOf(n, o, v); o.Op {
		case rule.Set:
			bits.Set(k, e.at, until)
		case rule.Unset:
			bits.Unset(k, e.at)
		case rule.Toggle:
			bits.Toggle(k, e.at, until)
		}
	}
}

func (e *Engine) count(o *rule.IntOp) {
	n, ok := e.operand(o)
	if !ok {
		return
	}
	value := uint32(0)
	if c := e.flow.counter(o.Name); c != nil {
		value = c.value
	}
	switch o.Op {
	case rule.IntSet:
		value = n
	case rule.IntAdd:
		if n > math.MaxUint32-value {
			return
		}
		value += n
	case rule.IntSub:
		if n > value {
			return
		}
		value -= n
	}
	e.flow.setCounter(o.Name, value)
}
