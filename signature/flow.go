package signature

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/memo"
)

// flowState is what the engine remembers of a flow.
type flowState struct {
	rules     *Ruleset // for which the lists are valid
	passed    bool     // a pass rule has taken the flow out
	app       string   // the protocol that rules were told of
	heard     string   // the protocol as header rules may know it: once the other side has acknowledged what told it
	heardNext string   // likewise, not acknowledged yet
	saidBy    wire.Dir // who said what told it
	failed    bool
	met       [2]bool // addresses were looked up, lists made
	dirs      [2]half
	bits      []uint64
	ints      []counter
	tags      memo.Tags
}

type counter struct {
	name, value uint32
}

// half is one direction of a flow.
type half struct {
	headers []uint32 // rules of headers whose addresses and ports fit; reused
	plain   []uint32 // rules of payload without a string, likewise

	fits  uint64 // pairs of addresses that hold; 0: not known yet
	group *group // what is looked for in its payload; nil: not known yet
	app   string // for which protocol

	window  []byte // the last bytes of the stream
	scanned int    // of them were searched
	begin   uint64 // where in the stream the window begins
	chunk   uint64 // where in the stream a rule may match anew
	from    int    // where in the window rules may look
	flush   bool   // a message is complete: what comes next is another chunk
	grown   bool   // since rules looked at it
	over    bool   // no more of the stream is looked at
	pending []pending
	fired   []uint32 // rules that have matched in this chunk
	gates   []uint32 // rules of transactions whose string has come
}

// pending is a rule whose string has come, at a place in the stream.
type pending struct {
	rule uint32
	at   uint64
}

// stateOf gives the state of a flow, and makes it.
func (e *Engine) stateOf(f *wire.Flow) *flowState {
	s, ok := f.Mine.(*flowState)
	if !ok {
		s = e.pools.flow()
		f.Mine = s
	}
	s.meet(e.rules)
	return s
}

// meet makes the state fit the rules in use.
func (s *flowState) meet(r *Ruleset) {
	if s.rules == r {
		return
	}
	s.rules, s.met = r, [2]bool{}
	for d := range s.dirs {
		h := &s.dirs[d]
		h.fits, h.group, h.headers, h.plain, h.pending, h.fired, h.gates = 0, nil, h.headers[:0], h.plain[:0], h.pending[:0], h.fired[:0], h.gates[:0]
	}
}

// reset makes the state one of a new flow, and keeps its room.
func (s *flowState) reset() {
	for d := range s.dirs {
		h := &s.dirs[d]
		*h = half{headers: h.headers[:0], plain: h.plain[:0], pending: h.pending[:0], fired: h.fired[:0], gates: h.gates[:0]}
	}
	*s = flowState{dirs: s.dirs, bits: s.bits[:0], ints: s.ints[:0], tags: s.tags[:0]}
}

func (s *flowState) bit(n uint32) bool {
	return int(n/64) < len(s.bits) && s.bits[n/64]&(1<<(n%64)) != 0
}

func (s *flowState) setBit(n uint32, on bool) {
	for on && int(n/64) >= len(s.bits) {
		s.bits = append(s.bits, 0)
	}
	switch {
	case on:
		s.bits[n/64] |= 1 << (n % 64)
	case int(n/64) < len(s.bits):
		s.bits[n/64] &^= 1 << (n % 64)
	}
}

// counter gives a counter of the flow; nil when it was never set.
func (s *flowState) counter(name uint32) *counter {
	for i := range s.ints {
		if s.ints[i].name == name {
			return &s.ints[i]
		}
	}
	return nil
}

func (s *flowState) setCounter(name, value uint32) {
	if c := s.counter(name); c != nil {
		c.value = value
		return
	}
	s.ints = append(s.ints, counter{name, value})
}

// fits are the pairs of addresses that hold for a flow in direction d.
func (e *Engine) fits(h *half, f *wire.Flow, d wire.Dir) uint64 {
	if h.fits == 0 {
		src, dst := wire.Addr(f.Src.As16()), wire.Addr(f.Dst.As16())
		if d == wire.Resp {
			src, dst = dst, src
		}
		h.fits = e.rules.pairs.fits(&src, &dst)
	}
	return h.fits
}
