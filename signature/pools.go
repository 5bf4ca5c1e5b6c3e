package signature

// pools keep the states of flows and transactions that have ended, for the next ones.
type pools struct {
	flows   []*flowState
	strands []*strand
	txs     []*txState
	windows [][]byte
}

const keptStates = 4096

func newPools() pools { return pools{} }

// flow gives the state of a new flow, with room for a stream where it is one.
func (p *pools) flow(stream bool) *flowState {
	var s *flowState
	if n := len(p.flows); n > 0 {
		s = p.flows[n-1]
		p.flows = p.flows[:n-1]
	} else {
		s = &flowState{}
	}
	for d := range s.dirs {
		if s.dirs[d].fitted = nothing; stream {
			s.dirs[d].strand = p.strand()
		}
	}
	return s
}

func (p *pools) putFlow(s *flowState) {
	for d := range s.dirs {
		p.putStrand(s.dirs[d].strand)
	}
	*s = flowState{}
	if len(p.flows) < keptStates {
		p.flows = append(p.flows, s)
	}
}

func (p *pools) strand() *strand {
	if n := len(p.strands); n > 0 {
		s := p.strands[n-1]
		p.strands = p.strands[:n-1]
		return s
	}
	return &strand{}
}

func (p *pools) putStrand(s *strand) {
	if s == nil {
		return
	}
	p.putWindow(s.window)
	*s = strand{pending: s.pending[:0], fired: s.fired[:0], gates: s.gates[:0]}
	if len(p.strands) < keptStates {
		p.strands = append(p.strands, s)
	}
}

func (p *pools) window() []byte {
	if n := len(p.windows); n > 0 {
		w := p.windows[n-1]
		p.windows = p.windows[:n-1]
		return w[:0]
	}
	return make([]byte, 0, windowSize)
}

func (p *pools) putWindow(w []byte) {
	if cap(w) == windowSize && len(p.windows) < keptStates {
		p.windows = append(p.windows, w)
	}
}

func (p *pools) tx() *txState {
	if n := len(p.txs); n > 0 {
		x := p.txs[n-1]
		p.txs = p.txs[:n-1]
		return x
	}
	return &txState{}
}

// putTx takes a state back; its transaction must not be looked at any more.
func (p *pools) putTx(x *txState) {
	if x.tx != nil {
		x.tx.Mine = nil
	}
	*x = txState{seen: x.seen[:0], touched: x.touched[:0], candidates: x.candidates[:0], fired: x.fired[:0]}
	if len(p.txs) < keptStates {
		p.txs = append(p.txs, x)
	}
}
