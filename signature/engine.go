package signature

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/multi"
)

// Engine holds one analyzer's traffic against the rules. It implements wire.Inspector: one goroutine calls.
type Engine struct {
	holder *Holder
	shared *Shared
	tell   func(event.Event)

	rules *Ruleset // in use

	midstream bool // rules look into connections whose beginning was not seen
	state     content.State
	hits      multi.Hits
	room      [2][]byte // results of transforms
	marks     []uint32  // per rule: the round in which it was noticed last
	round     uint32
	at        int64  // capture clock
	number    uint64 // of the packet

	flow     *flowState // of the packet at hand
	queue    []match    // what matched, before its order is known
	changed  []*txState // transactions to look at
	fresh    []uint32   // rules whose string stands in the packet's bytes
	askers   []uint32   // those that wait for bits and counters
	segments int        // calls of Stream for this packet
	segment  []byte     // the bytes of the last
	lists    lists
	vars     []variable // what patterns caught in the packet
	tx       *txState   // that rules are held against; nil: none

	pseudo [2]wire.Packet // stand for the end of a flow, and for the other direction of the packet at hand
	now    view           // the packet at hand
	other  view
	pools  pools

	answers answers
	members members
	joints  map[[2]*form]*form // as the rules have them
}

// NewEngine makes an engine that tells of each alert, an *event.Alert, once.
func NewEngine(h *Holder, s *Shared, tell func(event.Event)) *Engine {
	return &Engine{holder: h, shared: s, midstream: s.midstream, tell: tell, rules: NewRuleset(nil), pools: newPools()}
}

// Wants implements wire.Inspector.
func (e *Engine) Wants(b wire.Buffer) bool {
	e.refresh()
	return b == wire.AppEvent || int(b) < len(e.rules.buffers) && e.rules.buffers[b] != nil
}

// ignores reports whether rules do not look into a flow because its beginning was not seen.
func (e *Engine) ignores(f *wire.Flow) bool {
	return f.Midstream && f.Proto == uint8(event.ProtoTCP) && !e.midstream
}

// WantsStreamEvents reports whether a rule waits for an anomaly of a stream; finding those costs much.
func (e *Engine) WantsStreamEvents() bool {
	e.refresh()
	return e.rules.streamEvents
}

// refresh takes up other rules.
func (e *Engine) refresh() {
	r := e.holder.Get()
	if r == e.rules || r == nil {
		return
	}
	e.rules = r
	e.marks, e.round = make([]uint32, len(r.sigs)), 0
	e.hits, e.fresh, e.answers, e.members = multi.Hits{}, e.fresh[:0], answers{}, members{}
	e.lists.known, e.joints = nil, nil
}

// begin starts a round in which each rule is noticed once.
func (e *Engine) begin() {
	if e.round++; e.round == 0 {
		clear(e.marks)
		e.round = 1
	}
}

// notice reports whether rule n was not noticed before in this round.
func (e *Engine) notice(n uint32) bool {
	if e.marks[n] == e.round {
		return false
	}
	e.marks[n] = e.round
	return true
}

// Packet implements wire.Inspector.
func (e *Engine) Packet(p *wire.Packet, f *wire.Flow, d wire.Dir, at int64, number uint64, added bool) {
	e.refresh()
	e.at, e.number = at, number
	v := &e.now
	*v = view{p: p, f: f, d: d}
	if f != nil {
		e.flow, v.ignored = e.stateOf(f), e.ignores(f)
	} else {
		e.flow = nil
	}
	if e.flow == nil || !e.flow.passed {
		e.perPacket(v, added && !v.ignored)
		e.transactions(v)
		e.afterOthers(v)
	}
	e.tagged(v)
	e.finish(v)
	e.forget()
}

// forget gives up what belongs to the packet.
func (e *Engine) forget() {
	for _, x := range e.changed {
		x.queued = false
		if x.tx.Done[0] && x.tx.Done[1] {
			e.pools.putTx(x)
		}
	}
	e.vars = e.vars[:0]
	if e.flow != nil && e.flow.bypassed {
		e.flow.passed = true
	}
	e.changed, e.fresh, e.segments, e.segment = e.changed[:0], e.fresh[:0], 0, nil
	if e.flow != nil {
		e.flow.cut()
		for d := range e.flow.dirs {
			if h := &e.flow.dirs[d]; h.strand != nil && h.window != nil && (h.over || e.now.f != nil && e.now.f.Encrypted) {
				e.release(h)
			}
		}
	}
}

// release gives back the room of a stream that is not looked at any more.
func (e *Engine) release(h *half) {
	h.begin += uint64(len(h.window))
	e.pools.putWindow(h.window)
	h.window, h.scanned, h.from = nil, 0, 0
}

// Close implements wire.Inspector.
func (e *Engine) Close(f *wire.Flow, at int64) {
	s, ok := f.Mine.(*flowState)
	if !ok {
		return
	}
	e.settle(s, f, at, true)
	f.Mine, e.flow = nil, nil
	e.pools.putFlow(s)
}

// Settle implements wire.Settler.
func (e *Engine) Settle(f *wire.Flow, at int64) {
	if s, ok := f.Mine.(*flowState); ok {
		e.settle(s, f, at, false)
		e.flow = nil
	}
}

// settle looks at what a flow has been shown; at its end, rules that wait for more do not any longer.
func (e *Engine) settle(s *flowState, f *wire.Flow, at int64, end bool) {
	e.refresh()
	e.at, e.flow = at, s
	s.meet(e.rules)
	v := &e.now
	*v = view{p: e.closing(f), f: f, end: end}
	if !s.passed {
		for d := range wire.Dir(2) {
			v.turn(d)
			e.streams(v)
		}
		v.turn(wire.Orig)
		e.transactions(v)
	}
	e.finish(v)
	e.forget()
}

// closing is the packet that stands for the end of a flow.
func (e *Engine) closing(f *wire.Flow) *wire.Packet { return standIn(&e.pseudo[0], f) }

// standIn is the packet that stands for another one of the flow.
func (e *Engine) standIn(f *wire.Flow) *wire.Packet { return standIn(&e.pseudo[1], f) }

func standIn(p *wire.Packet, f *wire.Flow) *wire.Packet {
	p.Reset(f.VLAN)
	p.Proto, p.Kind = event.Proto(f.Proto), wire.IP
	switch p.Proto {
	case event.ProtoTCP:
		p.Kind = wire.TCP
	case event.ProtoUDP:
		p.Kind = wire.UDP
	case event.ProtoICMP, event.ProtoICMPv6:
		p.Kind = wire.ICMP
	}
	return p
}
