package signature

import (
	"slices"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/memo"
)

// flowState is what the engine remembers of a flow.
type flowState struct {
	rules     *Ruleset // for which the lists are valid
	passed    bool     // a pass rule has taken the flow out
	bypassed  bool     // it is to be taken out after the packet at hand
	app       string   // the protocol that rules were told of
	heard     string   // the protocol as header rules may know it: once the other side has acknowledged what told it
	heardNext string   // likewise, not acknowledged yet
	saidBy    wire.Dir // who said what told it
	failed    bool
	told      [2]bool   // rules know of the protocol, those of this direction, too
	met       [2]bool   // addresses were looked up, lists made
	looked    [2]uint32 // the generation of rules for which addresses were looked up last
	dirs      [2]half
	more      *remembered // nil: nothing
}

// remembered is what rules have a flow remember; few flows do.
type remembered struct {
	bits []uint64
	ints []counter
	vars []variable
	pace *[2]pacer
	tags memo.Tags
}

type counter struct {
	name, value uint32
}

// half is one direction of a flow.
type half struct {
	*fitted

	fits  uint64 // pairs of addresses that hold; 0: not known yet
	group *group // what is looked for in its payload; nil: not known yet
	app   string // for which protocol

	*strand // nil where there is no stream
}

// fitted are rules whose addresses and ports fit, of headers and of payload without a string. Many flows share them.
type fitted struct{ headers, plain []uint32 }

// nothing fits.
var nothing = &fitted{}

// strand is one direction of a stream.
type strand struct {
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
		s = e.pools.flow(f.Proto == uint8(event.ProtoTCP))
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
	old := s.rules
	s.rules, s.met = r, [2]bool{}
	for d := range s.dirs {
		h := &s.dirs[d]
		h.fits, h.group, h.fitted = 0, nil, nothing
		if h.strand != nil {
			h.pending, h.gates = h.pending[:0], h.gates[:0]
			if len(h.fired) > 0 {
				h.fired = r.renumber(old, h.fired) // what is in the window is looked at once more
			}
		}
	}
}

// remember makes room for what rules have the flow remember.
func (s *flowState) remember() *remembered {
	if s.more == nil {
		s.more = &remembered{}
	}
	return s.more
}

func (s *flowState) bit(n uint32) bool {
	return s.more != nil && int(n/64) < len(s.more.bits) && s.more.bits[n/64]&(1<<(n%64)) != 0
}

func (s *flowState) setBit(n uint32, on bool) {
	if s.bit(n) == on {
		return
	}
	m := s.remember()
	for int(n/64) >= len(m.bits) {
		m.bits = append(m.bits, 0)
	}
	m.bits[n/64] ^= 1 << (n % 64)
}

// counter gives a counter of the flow; nil when it was never set.
func (s *flowState) counter(name uint32) *counter {
	if s.more == nil {
		return nil
	}
	for i := range s.more.ints {
		if s.more.ints[i].name == name {
			return &s.more.ints[i]
		}
	}
	return nil
}

func (s *flowState) setCounter(name, value uint32) {
	if c := s.counter(name); c != nil {
		c.value = value
		return
	}
	m := s.remember()
	m.ints = append(m.ints, counter{name, value})
}

// fits are the pairs of addresses that hold for a flow in direction d.
func (e *Engine) fits(h *half, f *wire.Flow, d wire.Dir) uint64 {
	if h.fits == 0 {
		src, dst := wire.Addr(f.Src.As16()), wire.Addr(f.Dst.As16())
		if d == wire.Resp {
			src, dst = dst, src
		}
		h.fits = e.rules.pairs.fits(&e.members, &src, &dst)
	}
	return h.fits
}

// deaf reports that no more of the stream is looked at.
func (h *half) deaf() bool { return h.strand != nil && h.over }

// opened reports whether the string of a transaction's rule has come in the stream.
func (h *half) opened(n uint32) bool { return h.strand != nil && slices.Contains(h.gates, n) }

// again has what is in the window searched once more.
func (h *half) again() {
	if h.strand != nil {
		h.scanned = h.from
	}
}
