package signature

import (
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// perPacket looks at one packet with the rules that look at packets and streams.
func (e *Engine) perPacket(v *view, added bool) {
	c := classOf(v.p)
	headers, plain := e.rules.headers[c][v.d], e.rules.payload[c][v.d].plain
	known := e.flow != nil
	if known {
		h := &e.flow.dirs[v.d]
		if !e.flow.met[v.d] {
			e.flow.met[v.d] = true
			h.fitted = e.fitted(headers, plain, v)
			e.byAddress(v, e.flow.looked[v.d])
			e.flow.looked[v.d] = e.rules.generation
		}
		headers, plain = h.headers, h.plain
		e.byProtocol(v)
		e.flow.hear(v)
	} else if c != classFrame {
		e.byAddress(v, 0)
	}
	e.byHeader(headers, v, false)
	for _, name := range v.p.Events {
		e.anomaly(string(name), v)
	}
	if c == classTCP && known {
		e.streams(v)
	}
	if len(v.p.Payload) > 0 && !e.rules.payload[c][v.d].idle() && !(known && (v.f.Encrypted || e.flow.dirs[v.d].deaf())) {
		e.payload(v, c, plain, added && c == classTCP && known)
	}
}

// byHeader holds rules that ask for headers only against a packet: those that wait for bits and counters, or the others.
func (e *Engine) byHeader(headers []uint32, v *view, bits bool) {
	for _, n := range headers {
		s := &e.rules.sigs[n]
		if s.asksBits == bits && (e.flow != nil || s.header(v, "")) {
			e.whole(n, s, v)
		}
	}
}

// afterOthers holds the rules of headers that wait for bits, which other rules may have set for this packet.
func (e *Engine) afterOthers(v *view) {
	if e.flow != nil {
		e.byHeader(e.flow.dirs[v.d].headers, v, true)
	} else {
		e.byHeader(e.rules.headers[classOf(v.p)][v.d], v, true)
	}
}

// whole holds a rule without payload against a packet. Rules that let a protocol pass know it before rules of its transactions speak.
func (e *Engine) whole(n uint32, s *sig, v *view) {
	if e.flow != nil && s.kind == ofHeaders && !s.hasApp(e.flow.heard) && !(s.Action == rule.Pass && s.hasApp(v.f.App)) {
		return
	}
	e.state.Reset()
	if e.asks(s, v) {
		e.fire(n, v, match{tx: -1})
	}
}

// byAddress finds the rules that ask for addresses only. Those that were in use in generation looked have had their turn; 0: none.
func (e *Engine) byAddress(v *view, looked uint32) {
	x := &e.rules.addresses
	if x.empty {
		return
	}
	for _, list := range [...][]uint32{x.src.at(&v.p.Src), x.dst.at(&v.p.Dst), x.any} {
		for _, n := range list {
			if s := &e.rules.sigs[n]; s.since > looked && s.header(v, "") {
				e.whole(n, s, v)
			}
		}
	}
}

// anomaly finds the rules that wait for an event.
func (e *Engine) anomaly(name string, v *view) {
	for _, n := range e.rules.events[name] {
		s := &e.rules.sigs[n]
		if s.header(v, v.app()) && e.allEvents(s, v.p) {
			e.whole(n, s, v)
		}
	}
}

// allEvents reports whether a packet has all anomalies that a rule asks for.
func (e *Engine) allEvents(s *sig, p *wire.Packet) bool {
	for _, want := range s.Events {
		found := false
		for _, x := range p.Events {
			found = found || string(x) == want.Name
		}
		if !found {
			return false
		}
	}
	return true
}

// payload holds the bytes of a packet against rules; streamed says that they went to the stream, too.
func (e *Engine) payload(v *view, c class, plain []uint32, streamed bool) {
	b := v.p.Payload
	var g *group
	if e.flow != nil {
		g = e.groupOf(&e.flow.dirs[v.d], c, v)
	} else {
		g = e.answers.group(&e.rules.payload[c][v.d], "", v.serverPort(), e.rules.pairs.fits(&e.members, &v.p.Src, &v.p.Dst))
	}
	if own := e.segments == 1 && len(e.segment) == len(b) && &e.segment[0] == &b[0]; !own {
		e.fresh = e.fresh[:0]
		if g.set != nil {
			e.hits.Reset()
			g.set.Scan(b, &e.hits)
			e.look(&g.by)
		}
	}
	if g.head != nil {
		e.hits.Reset()
		g.head.Scan(b, 0, &e.hits)
		e.look(&g.headBy)
	}
	e.begin()
	for _, n := range e.fresh {
		e.alone(n, v, streamed)
	}
	for _, n := range plain {
		e.alone(n, v, streamed)
	}
	slices.Sort(e.askers)
	for _, n := range e.askers {
		e.held(n, v)
	}
	e.askers = e.askers[:0]
}

// look notes the rules whose strings were found in a packet.
func (e *Engine) look(by *byPattern) {
	for _, id := range e.hits.IDs {
		e.fresh = append(e.fresh, by.of(id)...)
	}
}

// alone holds one rule against the bytes of one packet, but for one that waits for what others may set for it.
func (e *Engine) alone(n uint32, v *view, streamed bool) {
	s := &e.rules.sigs[n]
	if s.kind == ofTransaction {
		return
	}
	if streamed && !s.Payload.PacketOnly && !s.packet && !s.Flow.NoStream || s.Payload.StreamOnly || s.Flow.OnlyStream && streamed {
		return
	}
	if !e.notice(n) || !s.header(v, v.app()) {
		return
	}
	if s.asksBits {
		e.askers = append(e.askers, n)
		return
	}
	e.held(n, v)
}

// held holds a rule whose header fits against the bytes of one packet.
func (e *Engine) held(n uint32, v *view) {
	s := &e.rules.sigs[n]
	e.state.Reset()
	if !e.asks(s, v) {
		return
	}
	if s.Payload.Chain.Match(&e.state, v.p.Payload) && !e.queued(n, v.d) {
		e.fire(n, v, match{tx: -1})
	}
}

// queued reports whether a rule has matched in this packet already.
func (e *Engine) queued(n uint32, d wire.Dir) bool {
	for i := range e.queue {
		if e.queue[i].rule == n && e.queue[i].d == d {
			return true
		}
	}
	return false
}

// app is the application protocol, "" without a flow.
func (v *view) app() string {
	if v.f == nil {
		return ""
	}
	return v.f.App
}
