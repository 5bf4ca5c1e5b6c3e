package signature

import (
	"math"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/transform"
)

// judge holds a candidate against all that has come of its transaction. What may still come makes it Later.
func (e *Engine) judge(x *txState, c candidate, v *view) rule.Answer {
	s := &e.rules.sigs[c.rule]
	if s.gated && !e.open(c) {
		return rule.Later
	}
	e.state.Reset()
	e.state.Little = x.tx.Little
	if !e.asks(s, v) {
		return rule.Later
	}
	later := false
	for i := range s.Buffers {
		switch e.condition(s, i, x, c.d) {
		case rule.No:
			return rule.No
		case rule.Later:
			later = true
		}
	}
	for _, a := range [...]rule.Answer{s.anomalies(x.tx, c.d), s.files(x.tx, c.d), e.payloadOf(s, v)} {
		switch a {
		case rule.No:
			return rule.No
		case rule.Later:
			later = true
		}
	}
	if later {
		return rule.Later
	}
	return rule.Yes
}

// open reports whether the string for which a gated rule waits has come beside the transaction.
func (e *Engine) open(c candidate) bool {
	return slices.Contains(e.fresh, c.rule) || e.flow.dirs[c.d].opened(c.rule)
}

// complete reports whether no more fields of a condition can come.
func (s *sig) complete(c *rule.Condition, t *wire.Tx, d wire.Dir) bool {
	if !s.Head.OneFlow {
		return t.Done[d]
	}
	return (t.Done[0] || !c.Dirs[0]) && (t.Done[1] || !c.Dirs[1])
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
		if f.Buffer != c.Buffer || !c.Dirs[f.Dir&1] || f.Dir != d && !s.Head.OneFlow {
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
		if f := &x.tx.Fields[k]; f.Buffer == c.Buffer && c.Dirs[f.Dir&1] && (f.Dir == d || s.Head.OneFlow) {
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
	holds := false
	switch c.Index.Kind {
	case rule.All:
		holds = n > 0 && yes == n
	case rule.AllOrNone:
		holds = yes == n
	case rule.AnyOrNone:
		holds = n == 0
	case rule.Count:
		holds = c.Index.Count(uint64(yes))
	case rule.At:
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
		if f.Buffer != c.Buffer || !c.Dirs[f.Dir&1] || f.Dir != d && !s.Head.OneFlow {
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

// anomalies reports whether the transaction has all that a rule asks for.
func (s *sig) anomalies(t *wire.Tx, d wire.Dir) rule.Answer {
	for i := range s.Events {
		x := &s.Events[i]
		if x.Kind != rule.AppEvent {
			continue
		}
		found := false
		for k := range t.Fields {
			f := &t.Fields[k]
			if f.Buffer == wire.AppEvent && (f.Dir == d || s.Head.OneFlow) && named(string(f.B), x.Name) {
				found = true
				break
			}
		}
		if !found {
			return rule.Later
		}
	}
	return rule.Yes
}

// named reports whether an event has a name, or is of a protocol.
func named(event, name string) bool {
	return event == name || strings.HasPrefix(event, name) && event[len(name)] == '.'
}

// files reports whether one file of the transaction passes all tests of a rule.
func (s *sig) files(t *wire.Tx, d wire.Dir) rule.Answer {
	if len(s.Files) == 0 {
		return rule.Yes
	}
	answer := rule.Later // a file may still come
	var before *wire.File
	for k := range t.Fields {
		f := &t.Fields[k]
		if f.File == nil || f.File == before || f.Dir != d && !s.Head.OneFlow {
			continue
		}
		before = f.File
		if s.file(f.File) == rule.Yes {
			return rule.Yes
		}
	}
	return answer
}

func (s *sig) file(f *wire.File) rule.Answer {
	later := false
	for _, test := range s.Files {
		switch test(f) {
		case rule.No:
			return rule.No
		case rule.Later:
			later = true
		}
	}
	if later {
		return rule.Later
	}
	return rule.Yes
}

// payloadOf holds what a rule asks beside its buffers against the stream, or the packet.
func (e *Engine) payloadOf(s *sig, v *view) rule.Answer {
	if s.Payload.Chain == nil {
		return rule.Yes
	}
	if v.p.Kind == wire.TCP && !s.Payload.PacketOnly {
		if h := &e.flow.dirs[v.d]; len(h.window) > 0 {
			e.state.Start, e.state.Open = h.begin, true
			if s.Payload.Chain.Match(&e.state, h.window) {
				return rule.Yes
			}
		}
	}
	if len(v.p.Payload) > 0 {
		e.state.Start, e.state.Open = 0, false
		if s.Payload.Chain.Match(&e.state, v.p.Payload) {
			return rule.Yes
		}
	}
	return rule.Later
}
