package dissect

import "github.com/yagura-project/yagura/event/wire"

// shelf holds the memory of transactions: of those that have ended, until rules have looked at them for the last time. And
// that of flows, as the inspector saw them.
type shelf struct {
	room  wire.Room
	spent []*wire.Tx
	flows []*wire.Flow
}

// maxShelved bounds the flows that wait for the next ones.
const maxShelved = 1 << 12

// flow gives a flow that its taker overwrites.
func (s *shelf) flow() *wire.Flow {
	n := len(s.flows) - 1
	if n < 0 {
		return &wire.Flow{}
	}
	w := s.flows[n]
	s.flows = s.flows[:n]
	return w
}

// flowEnded takes back what the inspector let go of.
func (s *shelf) flowEnded(w *wire.Flow) {
	if w.Mine == nil && len(s.flows) < maxShelved {
		s.flows = append(s.flows, w)
	}
}

// lay takes a transaction that has ended. One that is laid twice within a packet has nothing to give the second time.
func (s *shelf) lay(t *wire.Tx) {
	if s != nil {
		s.spent = append(s.spent, t)
	}
}

// clear takes back what ended with the packet before.
func (s *shelf) clear() {
	for i, t := range s.spent {
		s.room.Recycle(t)
		s.spent[i] = nil
	}
	s.spent = s.spent[:0]
}
