package signature

import (
	"math"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/transform"
)

// complete reports whether no more fields of a condition can come.
func (s *sig) complete(c *rule.Condition, t *wire.Tx, d wire.Dir) bool {
	if !s.Head.OneFlow {
		return t.Done[d]
	}
	return (t.Done[0] || !c.Dirs[0]) && (t.Done[1] || !c.Dirs[1])
}

// concerns reports whether a field is an instance of a condition's buffer, seen from d.
func (s *sig) concerns(c *rule.Condition, f *wire.Field, d wire.Dir) bool {
	return f.Buffer == c.Buffer && c.Dirs[f.Dir&1] && (f.Dir == d || s.Head.OneFlow)
}

// condition holds one condition against the instances of its buffer.
func (e *Engine) condition(s *sig, i int, x *txState, d wire.Dir) rule.Answer {
	c := &s.Buffers[i]
	n, yes, open := 0, 0, false
	complete := s.complete(c, x.tx, d)
	from, to, seen := 0, math.MaxInt, 0 // of the instances: all, or a part of as many as there are in the end
	if c.Index.Part != nil {
		if !complete {
			return rule.Later
		}
		from, to = c.Index.Within(s.instances(c, x, d))
	}
	for k := range x.tx.Fields {
		f := &x.tx.Fields[k]
		if !s.concerns(c, f, d) {
			continue
		}
		if seen++; seen <= from || seen > to {
			continue
		}
		n++
		if c.Index.Kind == rule.At && n-1 != c.Index.N && c.Index.N >= 0 || c.Absent && !c.OrElse {
			continue
		}
		answer := e.instance(s, i, f)
		switch answer {
		case rule.Yes:
			yes++
		case rule.Later:
			open = true
		}
		if done, a := early(c, answer, n); done {
			return a
		}
	}
	return atEnd(c, n, yes, open, complete, e.lastInstance(s, i, x, d, complete))
}

// instances is how many of the buffer there are.
func (s *sig) instances(c *rule.Condition, x *txState, d wire.Dir) (n int) {
	for k := range x.tx.Fields {
		if s.concerns(c, &x.tx.Fields[k], d) {
			n++
		}
	}
	return n
}

// early says what an instance settles at once.
func early(c *rule.Condition, a rule.Answer, n int) (bool, rule.Answer) {
	switch c.Index.Kind {
	case rule.Any:
		return a == rule.Yes, a
	case rule.AnyOrNone:
		return a == rule.Yes, a
	case rule.At:
		return c.Index.N >= 0, a
	case rule.All, rule.AllOrNone:
		return a == rule.No, a
	}
	return false, a
}

// atEnd says what holds after n instances, of which yes hold.
func atEnd(c *rule.Condition, n, yes int, open, complete bool, last rule.Answer) rule.Answer {
	if c.Absent && n == 0 {
		if complete {
			return rule.Yes
		}
		return rule.Later
	}
	if c.Absent && !c.OrElse {
		return rule.No
	}
	if !complete || open {
		return rule.Later
	}
	holds := c.Index.Kind != rule.At && c.Index.OfCounted(n, yes)
	if c.Index.Kind == rule.At {
		holds = last == rule.Yes || c.Index.OrOutside && outside(c.Index.N, n)
	}
	if holds {
		return rule.Yes
	}
	return rule.No
}

// outside reports whether there is no instance at an index.
func outside(index, n int) bool { return index >= n || index < -n }

// lastInstance holds the instance counted from the end against its condition.
func (e *Engine) lastInstance(s *sig, i int, x *txState, d wire.Dir, complete bool) rule.Answer {
	c := &s.Buffers[i]
	if c.Index.Kind != rule.At || c.Index.N >= 0 || !complete {
		return rule.No
	}
	n := 0
	for k := len(x.tx.Fields) - 1; k >= 0; k-- {
		f := &x.tx.Fields[k]
		if !s.concerns(c, f, d) {
			continue
		}
		if n++; n == -c.Index.N {
			return e.instance(s, i, f)
		}
	}
	return rule.No
}

// instance holds one value of a buffer against a condition.
func (e *Engine) instance(s *sig, i int, f *wire.Field) rule.Answer {
	c, holds := &s.Buffers[i], true
	if c.Value != nil {
		holds = c.Value(f)
	}
	if c.Clock != nil {
		holds = c.Clock(int64(f.N), e.at/1e9)
	}
	if holds && c.Chain != nil {
		b := f.B
		if len(c.Transforms) > 0 {
			if f.Open {
				return rule.Later
			}
			b = e.transformed(c.Transforms, b)
		}
		e.state.Start, e.state.Open = 0, f.Open
		holds = c.Chain.Match(&e.state, b)
		if holds && f.Open && s.whole&(1<<min(i, 63)) != 0 {
			return rule.Later
		}
	}
	switch {
	case holds:
		return rule.Yes
	case f.Open:
		return rule.Later
	}
	return rule.No
}

// maxRoom bounds the room that is kept for transforms, in bytes.
const maxRoom = 1 << 20

// transformed is b after all transforms, valid until the next call. What a transform gives may be a part of what it was shown, which is
// the traffic's own: it never becomes room to write into.
func (e *Engine) transformed(list []transform.Transform, b []byte) []byte {
	for i, t := range list {
		room := &e.room[i%2]
		if need := len(b) + 64; cap(*room) < need && need <= maxRoom {
			*room = make([]byte, 0, 2*need)
		}
		b = t.Do((*room)[:0], b)
	}
	return b
}
