package signature

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// paceSlots are the parts into which the interval of a pace is cut.
const paceSlots = 8

// pacer remembers how much one direction of a flow had carried when each part of the last interval began.
type pacer struct {
	slot int64
	at   [paceSlots]uint64
	met  bool
}

// within is how many of now's total bytes came within the last interval, to one part of it.
func (p *pacer) within(now, interval int64, total uint64) uint64 {
	slot := now / max(interval/paceSlots, 1)
	if !p.met {
		p.slot, p.met = slot, true
		for i := range p.at {
			p.at[i] = total
		}
	}
	for n := min(slot-p.slot, paceSlots); n > 0; n-- {
		p.at[uint64(slot-n+1)%paceSlots] = total
	}
	p.slot = max(p.slot, slot)
	return total - p.at[uint64(p.slot+1)%paceSlots]
}

// runs reports whether a flow goes at the pace of an elephant.
func (e *Engine) runs(o *rule.Elephant, f *wire.Flow) bool {
	m := e.flow.remember()
	if m.pace == nil {
		m.pace = &[2]pacer{}
	}
	var is [2]bool
	for d := range is {
		is[d] = m.pace[d].within(e.at, o.Pace.Interval, f.Bytes[d]) > o.Pace.Bytes
	}
	return o.Both && is[0] && is[1] || o.Dirs[0] && is[0] || o.Dirs[1] && is[1]
}
