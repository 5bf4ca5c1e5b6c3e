package dissect

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// hush has events wait until rules have seen their packet, where rules may keep records out of EVE.
type hush struct {
	by      wire.Husher           // the inspector, if it is one
	waiting []waiting             //
	flows   map[uint64]*wire.Hush // of which something is kept out, by id
	over    []uint64              // those that have ended
}

// waiting is an event with its place.
type waiting struct {
	order
	event event.Event
}

// waits reports whether an event waits from now on.
func (a *Analyzer) waits(e event.Event) bool {
	h := &a.hushed
	if h.by == nil || !h.by.Hushes() {
		return false
	}
	h.waiting = append(h.waiting, waiting{a.at, e})
	return true
}

// hushes notes what rules keep out of a flow that they have looked at.
func (a *Analyzer) hushes(w *wire.Flow) {
	if w.Hush == nil {
		return
	}
	if a.hushed.flows == nil {
		a.hushed.flows = map[uint64]*wire.Hush{}
	}
	a.hushed.flows[w.ID] = w.Hush
}

// letGo lets go the events that have waited.
func (a *Analyzer) letGo() {
	h := &a.hushed
	if len(h.waiting)+len(h.over) == 0 {
		return
	}
	at := a.at
	for i := range h.waiting {
		w := &h.waiting[i]
		if kept := h.flows[w.event.Tuple().FlowID]; kept != nil && hides(kept, w.event) {
			w.event.Head().Hushed = true
		}
		a.at = w.order
		a.give(w.event)
		w.event = nil
	}
	a.at, h.waiting = at, h.waiting[:0]
	for _, id := range h.over {
		delete(h.flows, id)
	}
	h.over = h.over[:0]
}

// hides reports whether an event is of what rules keep out. What rules say themselves, and what is wrong with traffic, is always told.
func hides(h *wire.Hush, e event.Event) bool {
	switch e := e.(type) {
	case *event.Alert, *event.Anomaly, *event.TaggedPacket:
		return false
	case *event.NetworkActivity:
		if e.Activity.Ended() {
			return h.Flow
		}
	}
	return h.Has(e.Head().Tx)
}
