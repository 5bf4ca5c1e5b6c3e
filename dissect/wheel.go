package dissect

import (
	"cmp"
	"math/bits"
	"slices"
)

// A wheel of 1,024 slots of 268 ms knows which flow to look at next. A flow's
// packets do not move it: when its slot comes up, its time-out is reckoned anew.
const (
	wheelSlots = 1024
	tickShift  = 28                       // ns per tick, as a power of two
	clockSlack = int64(60e9) >> tickShift // a step back beyond this sets the wheel back too
)

type wheel struct {
	tick int64
	head [wheelSlots]uint32 // 1 + index of the first flow
	busy [wheelSlots / 64]uint64
}

// schedule puts f where it is looked at when the clock has passed due.
func (a *Analyzer) schedule(f *flow, due int64) {
	w := &a.wheel
	ahead := min(max(1, due>>tickShift+1-w.tick), wheelSlots-1)
	slot := (w.tick + ahead) & (wheelSlots - 1)
	f.slot = uint16(slot) + 1
	f.prev, f.next = 0, w.head[slot]
	if f.next != 0 {
		a.table.at(f.next - 1).prev = f.index + 1
	}
	w.head[slot] = f.index + 1
	w.busy[slot/64] |= 1 << (slot % 64)
}

func (a *Analyzer) unschedule(f *flow) {
	if f.slot == 0 {
		return
	}
	w, slot := &a.wheel, f.slot-1
	if f.prev != 0 {
		a.table.at(f.prev - 1).next = f.next
	} else {
		w.head[slot] = f.next
		if f.next == 0 {
			w.busy[slot/64] &^= 1 << (slot % 64)
		}
	}
	if f.next != 0 {
		a.table.at(f.next - 1).prev = f.prev
	}
	f.slot, f.prev, f.next = 0, 0, 0
}

// turn brings the wheel to now and looks at the flows whose slots came up.
func (a *Analyzer) turn(now int64) {
	w := &a.wheel
	to := now >> tickShift
	if to <= w.tick {
		if to < w.tick-clockSlack {
			w.tick = to
		}
		return
	}
	from, n := w.tick, min(to-w.tick, wheelSlots)
	w.tick = to
	for i := int64(1); i <= n; {
		slot := (from + i) & (wheelSlots - 1)
		rest := w.busy[slot/64] >> (slot % 64)
		if rest == 0 {
			i += 64 - slot%64
			continue
		}
		if skip := int64(bits.TrailingZeros64(rest)); skip > 0 {
			i += skip
			continue
		}
		a.look(slot, now)
		i++
	}
	a.holes(now)
	a.endDue()
	a.files.joints.expire(now)
}

// late is a flow that was silent for too long, or one that has waited for bytes for too long.
type late struct {
	due  int64
	f    *flow
	hole hole
}

// endDue ends the flows that are due, or what they wait for, in the order of their time, so that it does not depend on the tables they were in.
func (a *Analyzer) endDue() {
	if len(a.due) > 1 {
		slices.SortFunc(a.due, func(x, y late) int {
			if x.due != y.due {
				return cmp.Compare(x.due, y.due)
			}
			return cmp.Compare(x.f.id, y.f.id) // which has to come from far away
		})
	}
	for _, l := range a.due {
		a.at.due, a.at.id = l.due, l.f.id
		if l.hole != 0 {
			a.relent(l.f, l.hole)
			continue
		}
		a.endSafely(l.f, l.due)
		a.drop(l.f)
	}
	a.due = a.due[:0]
}

// look gathers the flows of a slot that were silent for too long and schedules the others anew.
func (a *Analyzer) look(slot, now int64) {
	w := &a.wheel
	i := w.head[slot]
	w.head[slot] = 0
	w.busy[slot/64] &^= 1 << (slot % 64)
	for i != 0 {
		f := a.table.at(i - 1)
		i = f.next
		f.slot, f.prev, f.next = 0, 0, 0
		if f.last > now { // the clock was set back meanwhile
			f.last = now
			f.first, f.told = min(f.first, now), min(f.told, now)
		}
		due := f.last + a.patience(f)
		if due > now {
			a.schedule(f, due)
			continue
		}
		a.due = append(a.due, late{due: due, f: f})
	}
}

// evict gives up the flow that would be looked at first; false when there is none.
func (a *Analyzer) evict() bool {
	w := &a.wheel
	for i := int64(1); i <= wheelSlots; i++ {
		slot := (w.tick + i) & (wheelSlots - 1)
		if w.head[slot] == 0 {
			continue
		}
		f := a.table.at(w.head[slot] - 1)
		if !f.ended {
			a.stats.Evicted++
		}
		a.end(f, a.now)
		a.drop(f)
		return true
	}
	return false
}

// drop forgets a flow.
func (a *Analyzer) drop(f *flow) {
	a.unschedule(f)
	if f.alone {
		a.alone--
	}
	a.part(f)
	a.table.remove(f)
}
