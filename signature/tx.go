package signature

import (
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// txState is what the engine remembers of a transaction until it is done.
type txState struct {
	tx     *wire.Tx
	flow   *wire.Flow
	rules  *Ruleset // for which the candidates are valid
	queued bool     // it is to be looked at after this packet
	done   [2]bool  // the stream was told

	seen       []seen        // by field
	settled    int           // fields before it do not change any more
	touched    []wire.Buffer // that changed since rules looked
	candidates []candidate   // rules under suspicion, in their order
	fired      []fired       // those that have matched, or cannot any more
	begun      bool
	bits       []uint32 // that rules have set for it
}

type fired struct {
	sid uint32
	d   wire.Dir
}

// Tx implements wire.Inspector.
func (e *Engine) Tx(f *wire.Flow, t *wire.Tx) {
	e.refresh()
	if e.ignores(f) {
		return
	}
	x, ok := t.Mine.(*txState)
	if !ok {
		x = e.pools.tx()
		x.tx, x.flow, t.Mine = t, f, x
	}
	if !x.queued {
		x.queued = true
		e.changed = append(e.changed, x)
	}
	if t.Done != x.done {
		s := e.stateOf(f)
		for d := range t.Done {
			if h := &s.dirs[d]; h.strand != nil {
				h.flush = h.flush || t.Done[d] && !x.done[d]
			}
		}
		x.done = t.Done
	}
}

// mark sets, unsets or toggles bits of the transaction.
func (x *txState) mark(o *rule.BitOp) {
	for _, n := range o.Names {
		at := slices.Index(x.bits, n)
		switch {
		case at < 0 && o.Op != rule.Unset && len(x.bits) < maxTxBits:
			x.bits = append(x.bits, n)
		case at >= 0 && o.Op != rule.Set:
			x.bits = slices.Delete(x.bits, at, at+1)
		}
	}
}

// maxTxBits bounds the bits of one transaction.
const maxTxBits = 64

// transactions looks at those that have changed.
func (e *Engine) transactions(v *view) {
	keep := e.flow
	for _, x := range e.changed {
		if e.flow = e.stateOf(x.flow); !e.flow.passed {
			e.transaction(x, v)
		}
	}
	e.flow = keep
}

func (e *Engine) transaction(x *txState, v *view) {
	if x.rules != e.rules {
		*x = txState{tx: x.tx, flow: x.flow, rules: e.rules, queued: x.queued, done: x.done, seen: x.seen[:0], touched: x.touched[:0], candidates: x.candidates[:0], fired: x.fired, bits: x.bits}
	}
	if !x.begun {
		x.begun = true
		e.beginTx(x, v)
	}
	for i := x.settled; i < len(x.tx.Fields); i++ {
		e.field(x, i, v)
	}
	e.gated(x, v)
	for x.settled < len(x.seen) && x.seen[x.settled].closed {
		x.settled++
	}
	e.judgeAll(x, v)
}

// beginTx suspects the rules that need no value: those that ask for what is not there, or for an end.
func (e *Engine) beginTx(x *txState, v *view) {
	mute := muteSide(x.tx, v.d)
	for _, app := range [...]string{x.app(), ""} {
		for _, n := range e.rules.late[app] {
			for d := range wire.Dir(2) {
				if d != mute || e.rules.sigs[n].Head.OneFlow {
					e.suspect(x, n, d, v)
				}
			}
		}
	}
}

// muteSide is the side that says nothing in a transaction of one message, over when it is shown first, as those of DNS, SIP and SNMP are: what
// that side says is a transaction of its own. 2: neither. from is who sent the packet at hand.
func muteSide(t *wire.Tx, from wire.Dir) wire.Dir {
	const neither = 2
	if t.Done != [2]bool{true, true} {
		return neither
	}
	var said [2]bool
	for i := range t.Fields {
		said[t.Fields[i].Dir&1] = true
	}
	switch {
	case said[0] && said[1]:
		return neither
	case said[0]:
		return wire.Resp
	case said[1]:
		return wire.Orig
	}
	return from ^ 1
}

// app is the application protocol of a transaction.
func (x *txState) app() string {
	if x.tx.App != "" {
		return x.tx.App
	}
	return x.flow.App
}
