package signature

import (
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// candidate is a rule whose string stands in the transaction, in a direction of it.
type candidate struct {
	rule   uint32
	d      wire.Dir
	looked bool
}

// maxCandidates bounds the rules under suspicion of one transaction.
const maxCandidates = 2048

// gated makes candidates of the rules whose string has come in the payload beside the transaction: there is seldom one, so they are not
// under suspicion before.
func (e *Engine) gated(x *txState, v *view) {
	for _, n := range e.fresh {
		if e.rules.sigs[n].gated {
			e.suspect(x, n, wire.Orig, v)
			e.suspect(x, n, wire.Resp, v)
		}
	}
	for d := range e.flow.dirs {
		if h := &e.flow.dirs[d]; h.strand != nil {
			for _, n := range h.gates {
				e.suspect(x, n, wire.Dir(d), v)
			}
		}
	}
}

// suspect makes rule n a candidate in direction d, unless its header does not fit or it is one already.
func (e *Engine) suspect(x *txState, n uint32, d wire.Dir, v *view) {
	s := &e.rules.sigs[n]
	if s.Head.OneFlow {
		d = wire.Orig
	}
	c := candidate{rule: n, d: d}
	at, known := slices.BinarySearchFunc(x.candidates, c, func(a, b candidate) int {
		if a.rule != b.rule {
			return int(a.rule) - int(b.rule)
		}
		return int(a.d) - int(b.d)
	})
	if known || slices.Contains(x.fired, fired{s.SID, d}) || !s.header(e.viewOf(v, x.flow, d), x.app()) {
		return
	}
	if len(x.candidates) >= maxCandidates {
		e.shared.dropped.Add(1)
		return
	}
	x.candidates = slices.Insert(x.candidates, at, c)
}

// viewOf is the packet at hand where it belongs to direction d of f, else one that stands for it.
func (e *Engine) viewOf(v *view, f *wire.Flow, d wire.Dir) *view {
	if v.f == f && v.d == d {
		return v
	}
	e.other = view{p: e.standIn(f), f: f, end: true}
	e.other.turn(d)
	return &e.other
}

// judgeAll looks at the candidates for which something has changed.
func (e *Engine) judgeAll(x *txState, v *view) {
	kept := x.candidates[:0]
	e.tx = x
	for _, c := range x.candidates {
		s, done := &e.rules.sigs[c.rule], x.tx.Done[c.d]
		if s.Head.OneFlow {
			done = x.tx.Done[0] && x.tx.Done[1]
		}
		if c.looked && !done && (s.gated && !e.open(c) || !s.asksTx && !x.concerns(s)) {
			kept = append(kept, c)
			continue
		}
		switch w := e.viewOf(v, x.flow, c.d); e.judge(x, c, w) {
		case rule.Yes:
			x.fired = append(x.fired, fired{s.SID, c.d})
			if s.Head.OneFlow && v.f == x.flow { // told with the packet that completed it, whichever way that goes
				w = v
			}
			e.fire(c.rule, w, match{tx: int64(x.tx.ID), app: x.tx.App, of: x.tx})
		case rule.No:
			if s.gated { // its string may come again
				x.fired = append(x.fired, fired{s.SID, c.d})
			}
		case rule.Later:
			if !done {
				c.looked = true
				kept = append(kept, c)
			}
		}
	}
	x.candidates, x.touched, e.tx = kept, x.touched[:0], nil
}

// concerns reports whether something has changed at which a rule looks.
func (x *txState) concerns(s *sig) bool {
	if s.Payload.Chain != nil || len(s.Files) > 0 || len(s.Events) > 0 {
		return true
	}
	for i := range s.Buffers {
		if slices.Contains(x.touched, s.Buffers[i].Buffer) {
			return true
		}
	}
	return false
}
