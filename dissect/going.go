package dissect

import (
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// paws is how long an old timestamp counts (RFC 7323 §5.5).
const paws = int64(24 * 24 * 3600 * 1e9)

// time tells whether a timestamp is not older than the sender's last one (RFC 7323 §5.3). As with its receiver, one behind a hole does not
// count: what fills that was sent before.
func (s *strict) time(x *segment) bool {
	p := &s.peer[x.d]
	if !s.timed || !x.timed {
		return true
	}
	if p.stamp != 0 && before(x.stamp+1, p.stamp) && x.now-p.at < paws {
		return x.no(wire.StreamPacketInvalidTimestamp)
	}
	if !before(x.stamp, p.stamp) && !after(x.seq, max32(x.due, p.acked)) && (p.trusts(x) || decode.Sound(x.l)) {
		p.take(x)
	}
	return true
}

// maxStep is by how many ticks more than milliseconds have gone by a timestamp may step on without a look at its checksum.
const maxStep = 64

// trusts tells whether a newer timestamp can do no harm. One that runs ahead of all before is looked at closely: its receiver throws a forged
// one away with its wrong checksum, and what is genuine would pass for old ever after. A host whose SYN had a wrong one, too, leaves them
// to its card.
func (p *peer) trusts(x *segment) bool {
	return !p.sums || x.stamp == p.stamp || p.at != 0 && !after(x.lead(), p.lead) && int64(x.stamp-p.stamp) <= (x.now-p.at)/1e6+maxStep
}

// take takes a newer timestamp over.
func (p *peer) take(x *segment) {
	if lead := x.lead(); p.at == 0 || after(lead, p.lead) {
		p.lead = lead
	}
	p.stamp, p.at = x.stamp, x.now
}

// lead is by how much the sender's clock, which hardly ever ticks more often than once a millisecond, is ahead of ours.
func (x *segment) lead() uint32 { return x.stamp - uint32(x.now/1e6) }

// ackFits tells whether an ACK speaks of what the other side may have sent.
func (s *strict) ackFits(x *segment) bool {
	if !x.has(event.FlagACK) {
		return true
	}
	o := &s.peer[1-x.d]
	if before(x.ack, o.acked) { // an old one; so old can none be
		return o.window == 0 || !before(x.ack, o.acked-max(o.window, 1<<16))
	}
	return !after(x.ack, max32(o.limit, o.next)) || s.believes(x)
}

// miss notes a refused segment that only confirms what the other side may not have sent yet: where several agree, it has, and the
// capture has lost it.
func (s *strict) miss(x *segment) {
	p, o := &s.peer[x.d], &s.peer[1-x.d]
	if x.flags&(event.FlagSYN|event.FlagFIN|event.FlagRST|event.FlagACK) != event.FlagACK || x.n > 0 || x.seq != p.next || !after(x.ack, max32(o.limit, o.next)) {
		return
	}
	if p.missed > 0 && (before(x.ack, p.far) || after(x.ack, p.far+farStep)) {
		p.missed = 0
	}
	p.far, p.missed = x.ack, min(p.missed+1, maxMissed)
}

// believes tells whether an ACK goes on where those went. What is known of the other side is not touched: they may be forged.
func (s *strict) believes(x *segment) bool {
	p := &s.peer[x.d]
	if p.missed < maxMissed || before(x.ack, p.far) || after(x.ack, p.far+farStep) {
		return false
	}
	p.far = x.ack
	return true
}

// reach is up to where a segment may stand: within the window, or where the other side waits behind what the capture has lost.
func (s *strict) reach(x *segment) uint32 {
	p, o := &s.peer[x.d], &s.peer[1-x.d]
	reach := max32(p.limit, p.next)
	if o.missed == maxMissed && !before(x.seq, o.far) {
		reach = max32(reach, o.far+max(p.window, farStep))
	}
	return reach
}

// acks takes over what a segment says of the other side's bytes.
func (s *strict) acks(x *segment) {
	if !x.has(event.FlagACK) {
		return
	}
	o := &s.peer[1-x.d]
	if after(x.ack, max32(o.limit, o.next)) { // perhaps forged
		return
	}
	if after(x.ack, o.acked) {
		o.acked = x.ack
	}
	o.window = x.window
	if s.state >= established {
		o.window <<= o.scale
	}
	o.limit = max32(o.limit, o.acked+o.window)
}

// move goes behind the bytes of a segment.
func (s *strict) move(x *segment) {
	if p := &s.peer[x.d]; after(x.end, p.next) {
		p.next = x.end
	}
}

// keepAlive tells whether a segment only asks whether anybody is there (RFC 9293 §3.8.4).
func (s *strict) keepAlive(x *segment) bool {
	p := &s.peer[x.d]
	return x.n <= 1 && x.seq == p.next-1 && x.seq == p.acked-1 && x.flags&(event.FlagFIN|event.FlagACK) == event.FlagACK && x.ack == s.peer[1-x.d].acked
}

// close ends the connection by a RST of d.
func (s *strict) close(d Dir) {
	s.before, s.state, s.reset = s.state, closed, 1+uint8(d)
}

// rst takes a RST when it stands where the receiver looks (RFC 5961 §3.2, and a little more: not all are so strict).
func (s *strict) rst(x *segment) bool {
	p := &s.peer[x.d]
	if !s.time(x) {
		return false
	}
	if x.has(event.FlagACK) && x.ack != 0 && !s.ackFits(x) {
		return x.no(wire.StreamRSTInvalidACK)
	}
	if before(x.seq, p.acked-1) || after(x.seq, s.reach(x)) {
		return false
	}
	s.close(x.d)
	return true
}

// afterReset goes on when somebody speaks although the connection should be gone: who was told to go and stays has not
// believed it, and the RST may have come from a third host.
func (s *strict) afterReset(x *segment) {
	if s.before == established && 1+uint8(x.d) != s.reset {
		x.odd(wire.StreamSuspectedRSTInject)
		s.reset = 0
	}
	if s.state == closed {
		s.state = s.before
	}
}

// lateSYN names a SYN in a connection that has begun.
func (s *strict) lateSYN(x *segment) bool {
	p, other := &s.peer[x.d], &s.peer[1-x.d]
	switch {
	case s.state > established:
		return x.no(wire.StreamShutdownSYNResend)
	case x.has(event.FlagACK) && x.d == Orig && !s.twoSYNs:
		return x.no(wire.StreamEstSYNACKToserver)
	case x.has(event.FlagACK) && (before(x.ack, other.isn+1) || after(x.ack, other.next)):
		return x.no(wire.StreamEstSYNACKResendWithDifferentACK)
	case x.has(event.FlagACK) && x.seq != p.isn:
		return x.no(wire.StreamEstSYNACKResendWithDiffSeq)
	case x.has(event.FlagACK):
		if other.acked != other.isn+1 { // data has been confirmed since
			x.odd(wire.StreamEstSYNACKResend)
		}
	case x.d == Resp:
		return x.no(wire.StreamEstSYNToclient)
	case x.seq != p.isn:
		return x.no(wire.StreamEstSYNResendDiffSeq)
	default:
		x.odd(wire.StreamEstSYNResend)
	}
	return false
}

// names are the anomalies of one state.
type names struct{ ack, seq, fin, old wire.Event }

var namesOf = [...]names{
	established: {wire.StreamEstInvalidACK, wire.StreamEstPacketOutOfWindow, wire.StreamFINOutOfWindow, wire.StreamEstPacketBeforeLastACK},
	closeWait:   {wire.StreamCloseWaitInvalidACK, wire.StreamCloseWaitACKOutOfWindow, wire.StreamCloseWaitFINOutOfWindow, wire.StreamCloseWaitPacketBeforeLastACK},
	lastAck:     {wire.StreamLastAckInvalidACK, wire.StreamLastAckACKWrongSeq, "", ""},
	finWait1:    {wire.StreamFin1InvalidACK, wire.StreamFin1ACKWrongSeq, wire.StreamFin1FINWrongSeq, ""},
	finWait2:    {wire.StreamFin2InvalidACK, wire.StreamFin2ACKWrongSeq, wire.StreamFin2FINWrongSeq, ""},
	closing:     {wire.StreamClosingInvalidACK, wire.StreamClosingACKWrongSeq, "", ""},
	timeWait:    {wire.StreamTimeWaitInvalidACK, wire.StreamTimeWaitACKWrongSeq, "", ""},
}

// going takes a segment of a connection that has begun.
func (s *strict) going(x *segment) bool {
	p, n := &s.peer[x.d], &namesOf[s.state]
	if !s.ackFits(x) {
		x.odd(wire.StreamPacketInvalidACK)
		if x.has(event.FlagFIN) && s.state == established {
			return x.no(wire.StreamFINInvalidACK)
		}
		return x.no(n.ack)
	}
	s.repeated(x, n)
	reach := s.reach(x)
	if x.has(event.FlagFIN) {
		if after(x.seq, reach) {
			if n.fin != "" {
				x.odd(n.fin)
			}
			return false
		}
	} else if x.n > 0 && after(x.end, reach+1) || after(x.seq, reach+1) { // one more: a probe of a closed window
		x.odd(n.seq)
		if after(x.seq, p.next) || p.window == 0 {
			return false
		} // else it goes on where it was: the capture has not seen the acknowledgements
	}
	s.acks(x)
	s.move(x)
	if x.has(event.FlagFIN) {
		s.fin(x)
	} else {
		s.confirmed(x)
	}
	return true
}

// repeated names bytes that were there before.
func (s *strict) repeated(x *segment, n *names) {
	p := &s.peer[x.d]
	if x.n == 0 || after(x.seq+uint32(x.n), x.due) {
		return
	}
	x.odd(wire.StreamPacketRetransmission)
	if after(x.seq+uint32(x.n), p.acked) {
		return
	}
	x.odd(wire.StreamPacketSpuriousRetransmission)
	if n.old != "" {
		x.odd(n.old)
	} else {
		x.odd(wire.StreamReassemblySegmentBeforeBaseSeq)
	}
}

// fin goes on after a FIN.
func (s *strict) fin(x *segment) {
	switch {
	case s.state == established && x.d == Orig:
		s.state = closeWait
	case s.state == established:
		s.state = finWait1
	case s.state == closeWait && x.d == Resp:
		s.state = lastAck
	case s.state == finWait1 && x.d == Orig:
		if s.state = closing; x.has(event.FlagACK) && x.ack == s.peer[Resp].next {
			s.state = timeWait
		}
	case s.state == finWait2 && x.d == Orig:
		s.state = timeWait
	}
}

// confirmed goes on after an ACK of a FIN.
func (s *strict) confirmed(x *segment) {
	if !x.has(event.FlagACK) || x.ack != s.peer[1-x.d].next {
		return
	}
	switch {
	case s.state == finWait1 && x.d == Orig:
		s.state = finWait2
	case s.state == closing:
		s.state = timeWait
	}
}
