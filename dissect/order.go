package dissect

import "math"

// order is where an event stands among those of a capture, however many analyzers share the work: by the number of the packet
// that caused it; first come the flows whose time-out it made known, by time-out and flow, then what it brought itself.
type order struct {
	number uint64
	due    int64 // ns, or inPacket
	id     uint64
}

// inPacket stands behind all time-outs.
const inPacket = math.MaxInt64

func (o order) less(p order) bool {
	switch {
	case o.number != p.number:
		return o.number < p.number
	case o.due != p.due:
		return o.due < p.due
	}
	return o.id < p.id
}

// behind is where nothing of packet n comes any more.
func behind(n uint64) order { return order{number: n, due: inPacket, id: math.MaxUint64} }

// number notes which packet comes next; sources that do not count are counted here.
func (a *Analyzer) number(n uint64) {
	if n == 0 {
		n = a.at.number + 1
	}
	a.at.number, a.opened = n, 0
}

// flowID is the number of the packet that opens the flow. A tunnel's packet may open several: they are told apart above 48 bits.
func (a *Analyzer) flowID() uint64 {
	id := a.at.number | a.opened<<48
	a.opened++
	return id
}
