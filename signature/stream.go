package signature

import (
	"cmp"
	"slices"

	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of looking at streams.
const (
	chunkSize   = 2560    // bytes after which the same rule may match again (Suricata's chunk)
	windowSize  = 8 << 10 // bytes of a direction that are kept at most
	windowKept  = 3 << 10 // when it is full, that much stays
	streamDepth = 1 << 20 // bytes of a direction that are looked at
	maxPending  = 256     // rules of a direction that wait for the rest
)

// Stream implements wire.Inspector.
func (e *Engine) Stream(f *wire.Flow, d wire.Dir, b []byte) {
	e.refresh()
	s := e.stateOf(f)
	h := &s.dirs[d]
	if s.passed || h.over || e.ignores(f) || e.rules.payload[classTCP][d].idle() {
		f.Enough[d] = true
		return
	}
	e.segments++
	e.segment = b
	for len(b) > 0 {
		n := min(len(b), windowSize-windowKept)
		if len(h.window)+n > windowSize {
			if h.scanned < len(h.window) { // more than the window holds: rules look at it now
				e.pendingNow(f, d)
			}
			h.slide()
		}
		if h.window == nil {
			h.window = e.pools.window()
		}
		h.window, h.grown = append(h.window, b[:n]...), true
		b = b[n:]
	}
	if h.begin+uint64(len(h.window)) >= streamDepth {
		h.over, f.Enough[d] = true, true
	}
}

// groupOf is what is looked for in the payload of a packet's flow. When the flow's protocol has become known, what is in the
// window is searched once more.
func (e *Engine) groupOf(h *half, c class, v *view) *group {
	app := v.app()
	if h.group == nil || h.app != app {
		g := e.answers.group(&e.rules.payload[c][v.d], app, v.serverPort(), e.fits(h, v.f, v.d))
		if g != h.group {
			h.again()
		}
		h.group, h.app = g, app
	}
	return h.group
}

// serverPort is the port of the flow's server.
func (v *view) serverPort() uint16 {
	switch {
	case v.f != nil:
		return v.f.DstPort
	case v.d == wire.Orig:
		return v.p.DstPort
	}
	return v.p.SrcPort
}

// search notes the rules whose strings stand in what is new in the window.
func (e *Engine) search(h *half, g *group) {
	from := max(h.scanned-max(g.longest-1, 0), h.from)
	if g.set != nil && from < len(h.window) {
		e.hits.Reset()
		g.set.Scan(h.window[from:], &e.hits)
		e.found(h, &g.by)
	}
	if g.head != nil && h.begin+uint64(h.scanned) < uint64(g.limit) {
		e.hits.Reset()
		g.head.Scan(h.window[h.from:], int(h.begin)+h.from, &e.hits)
		e.found(h, &g.headBy)
	}
	h.scanned = len(h.window)
}

// found has the rules wait whose strings were found.
func (e *Engine) found(h *half, by *byPattern) {
	end := h.begin + uint64(len(h.window))
	for _, id := range e.hits.IDs {
		for _, n := range by.of(id) {
			e.fresh = append(e.fresh, n)
			room := false
			if e.rules.sigs[n].kind == ofTransaction {
				room = h.open(n)
			} else {
				room = h.wait(n, end)
			}
			if !room {
				e.shared.dropped.Add(1)
			}
		}
	}
}

// wait notes a rule that waits for the rest, but for one that has just been told; false for want of room. They stay in the order in which they
// are evaluated.
func (h *half) wait(n uint32, at uint64) bool {
	i, known := slices.BinarySearchFunc(h.pending, n, func(p pending, n uint32) int { return cmp.Compare(p.rule, n) })
	if known {
		h.pending[i].at = at
		return true
	}
	if slices.Contains(h.fired, n) {
		return true
	}
	if len(h.pending) == maxPending {
		return false
	}
	h.pending = slices.Insert(h.pending, i, pending{n, at})
	return true
}

// open notes that the string of a transaction's rule has come; false for want of room.
func (h *half) open(n uint32) bool {
	if slices.Contains(h.gates, n) {
		return true
	}
	if len(h.gates) == maxPending {
		return false
	}
	h.gates = append(h.gates, n)
	return true
}

// slide makes room at the end of the window.
func (h *half) slide() {
	drop := len(h.window) - windowKept
	if drop <= 0 {
		return
	}
	h.window = h.window[:copy(h.window, h.window[drop:])]
	h.begin += uint64(drop)
	h.from, h.scanned = max(0, h.from-drop), max(0, h.scanned-drop)
}

// Gap implements wire.Inspector.
func (e *Engine) Gap(f *wire.Flow, d wire.Dir, n int) {
	e.refresh()
	h := &e.stateOf(f).dirs[d]
	e.pendingNow(f, d)
	h.begin += uint64(len(h.window)) + uint64(max(n, 0))
	h.window, h.from, h.scanned, h.chunk = h.window[:0], 0, 0, h.begin
	h.pending, h.fired = h.pending[:0], h.fired[:0]
}

// pendingNow looks at the rules that wait, in between two packets.
func (e *Engine) pendingNow(f *wire.Flow, d wire.Dir) {
	keep := e.flow
	e.flow = e.stateOf(f)
	v := &e.now
	*v = view{p: e.closing(f), f: f, ignored: e.ignores(f)}
	v.turn(d)
	e.streams(v)
	e.flow = keep
}

// cut begins another chunk where the last is complete or long enough.
func (s *flowState) cut() {
	for d := range s.dirs {
		h := &s.dirs[d]
		if h.strand == nil {
			continue
		}
		end := h.begin + uint64(len(h.window))
		switch {
		case h.flush:
			h.flush, h.from, h.chunk = false, len(h.window), end
			h.pending, h.fired = h.pending[:0], h.fired[:0]
		case end-h.chunk >= chunkSize:
			h.chunk, h.fired = end, h.fired[:0]
			h.pending = slices.DeleteFunc(h.pending, func(p pending) bool { return p.at+windowKept < end })
		}
	}
}

// streams holds what has come of one direction against the rules that wait for it.
func (e *Engine) streams(v *view) {
	h := &e.flow.dirs[v.d]
	if h.strand == nil || !h.grown && !v.end || len(h.window) == 0 {
		return
	}
	h.grown = false
	e.search(h, e.groupOf(h, classTCP, v))
	kept, plain := h.pending[:0], h.plain
	for _, w := range h.pending {
		plain = e.before(w.rule, plain, v, h)
		if s := &e.rules.sigs[w.rule]; e.stream(s, w.rule, v, h) {
			h.fired = append(h.fired, w.rule)
		} else {
			kept = append(kept, w)
		}
	}
	h.pending = kept
	e.before(uint32(len(e.rules.sigs)), plain, v, h)
}

// before holds the first of some rules without a string against the window, as far as they are evaluated before rule limit; it gives the rest.
func (e *Engine) before(limit uint32, plain []uint32, v *view, h *half) []uint32 {
	for i, n := range plain {
		if n > limit {
			return plain[i:]
		}
		s := &e.rules.sigs[n]
		if s.atEnd && !v.end && !h.flush && h.begin+uint64(len(h.window))-h.chunk < chunkSize || slices.Contains(h.fired, n) {
			continue
		}
		if e.stream(s, n, v, h) {
			h.fired = append(h.fired, n)
		}
	}
	return nil
}

// stream holds one rule against the window.
func (e *Engine) stream(s *sig, n uint32, v *view, h *half) bool {
	if s.Payload.PacketOnly || s.Flow.NoStream || !s.header(v, v.f.App) {
		return false
	}
	e.state.Reset()
	if !e.asks(s, v) {
		return false
	}
	e.state.Start, e.state.Open = h.begin+uint64(h.from), !v.end
	if !s.Payload.Chain.Match(&e.state, h.window[h.from:]) {
		return false
	}
	e.fire(n, v, match{stream: true, tx: -1})
	return true
}

var _ wire.Inspector = (*Engine)(nil)
