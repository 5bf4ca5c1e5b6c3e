package signature

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/multi"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/transform"
)

// Ruleset is a set of rules, ready to be looked for. It is immutable.
type Ruleset struct {
	sigs []sig // in the order of evaluation

	addresses addressIndex        // rules that ask for addresses only
	protocols []uint32            // rules that ask for the application protocol only
	headers   [classes]byDir      // rules that look at each packet, by class of packet
	events    map[string][]uint32 // rules that wait for an anomaly of a packet, by its name
	payload   [classes][2]searched
	pairs     pairs

	names *rule.Names // of bits and counters; nil: they are not told of

	asksCaught   bool // some rule asks for a text that a pattern caught
	streamEvents bool // some of events are of streams
	hushes       bool // some rule keeps records out of EVE
	buffers      [wire.MaxBuffer]*[2]bufferGroup
	appEvents    map[string][]uint32 // rules that wait for an anomaly of a transaction
	late         map[string][]uint32 // rules that need a whole transaction, by its protocol; "" any

	generation uint32              // how many were in use before, and this one; 0: none yet
	numbers    map[identity]uint32 // of rules, where others were in use before

	mu     sync.Mutex
	joints map[[2]*form]*form // of buffers that hold the same bytes
}

// byDir are rules by the direction of packets.
type byDir [2][]uint32

// class is a kind of packet that rules tell apart.
type class uint8

const (
	classTCP class = iota
	classUDP
	classOther // over IP
	classFrame // not IP
	classes
)

// group are the rules that look for strings in one place.
type group struct {
	set     *multi.Set   // nil: none
	by      byPattern    // rules by number of pattern
	longest int          // pattern of set
	head    *multi.Spots // of strings that can only stand at some places of the first limit bytes; nil: none
	headBy  byPattern
	limit   int
	plain   []uint32 // rules without a string to look for first
}

// bufferGroup are the rules that look at one buffer in one direction: as it is, and in other forms.
type bufferGroup struct{ forms []*form }

// plain is the buffer as it is; nil: no rule looks at that.
func (g *bufferGroup) plain() *form {
	for _, w := range g.forms {
		if len(w.transforms) == 0 {
			return w
		}
	}
	return nil
}

// joint is one form for two buffers that hold the same bytes: what either is searched for. It is w where the other has none.
func (e *Engine) joint(w *form, other *bufferGroup) *form {
	o := other.plain()
	if o == nil {
		return w
	}
	k := [2]*form{w, o}
	j := e.joints[k]
	if j == nil { // asked for but once by each engine: all have the same
		if j = e.rules.joint(w, o); e.joints == nil {
			e.joints = map[[2]*form]*form{}
		}
		e.joints[k] = j
	}
	return j
}

func (r *Ruleset) joint(w, o *form) *form {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := [2]*form{w, o}
	j := r.joints[k]
	if j == nil {
		j = &form{searched: searched{number: w.number + o.number, sections: append(slices.Clip(w.sections), o.sections...)}}
		if len(j.sections) > maxSections {
			j = w
		}
		if r.joints == nil {
			r.joints = map[[2]*form]*form{}
		}
		r.joints[k] = j
	}
	return j
}

type form struct {
	searched
	transforms []transform.Transform
}

// Len is the number of rules.
func (r *Ruleset) Len() int { return len(r.sigs) }

// Holder holds the rules in use; they may be exchanged at any time.
type Holder struct{ current atomic.Pointer[Ruleset] }

// Set puts other rules into use; engines take them up with their next packet. A set is put into use once, by one goroutine at a time.
func (h *Holder) Set(r *Ruleset) {
	if old := h.current.Load(); old != r {
		r.follow(old)
		h.current.Store(r)
	}
}

// Get is what is in use, nil at first.
func (h *Holder) Get() *Ruleset { return h.current.Load() }

// sig is a rule and what the engine has found out about it.
type sig struct {
	*rule.Signature
	kind     kind
	pair     uint8    // of its addresses; anyPair where they are not among those
	apps     []string // names that the application protocol may have; nil: any
	gated    bool     // of a transaction, but the string to look for first stands in the payload
	packet   bool     // its payload is also looked at packet by packet
	atEnd    bool     // its payload must be whole: it asks for what is not there
	whole    uint64   // of its buffers, by bits: it can only be judged when the buffer is complete; the last bit is of all that have no own
	asksBits bool
	since    uint32 // the generation of rules that had it first
	asksTx   bool   // for bits of its transaction
	acts     bool   // sets bits or counters
	ofFlow   bool   // what it says of a packet, it says of the flow
}

type kind uint8

const (
	ofAddresses kind = iota // once per flow and direction
	ofProtocol              // once, when the application protocol becomes known
	ofHeaders               // each packet
	ofEvents                // each packet with anomalies
	ofPayload               // packets' payload or streams
	ofTransaction
)
