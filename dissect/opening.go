package dissect

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// inSYNSent waits for the answer to a SYN.
func (s *strict) inSYNSent(x *segment) bool {
	client := &s.peer[Orig]
	if x.d == Resp && x.timed && x.has(event.FlagACK) && !s.echoes(client, x) {
		return x.no(wire.StreamPacketInvalidTimestamp)
	}
	switch {
	case x.has(event.FlagRST):
		if x.d == Resp && x.has(event.FlagACK) && (after(x.ack, client.next) || !after(x.ack, client.isn)) {
			return x.no(wire.StreamRSTInvalidACK)
		}
		if x.d == Resp { // the client's says that it has seen something strange (RFC 9293 §3.10.7.3)
			s.close(x.d)
		}
		return true
	case x.has(event.FlagSYN) && x.has(event.FlagACK):
		return s.answer(x)
	case x.has(event.FlagSYN):
		return s.again(x)
	}
	return true // one side only, or the answer was lost: what comes is taken
}

// echoes tells whether a server's timestamp answers one that the client sent.
func (s *strict) echoes(client *peer, x *segment) bool {
	if x.echo == 0 {
		return true
	}
	if !client.timed {
		return false
	}
	return client.stamp == 0 || !before(x.echo, s.first) && !after(x.echo, client.stamp)
}

// answer takes the SYN/ACK.
func (s *strict) answer(x *segment) bool {
	p, other := &s.peer[x.d], &s.peer[1-x.d]
	if x.d == Orig {
		if !s.twoSYNs {
			return x.no(wire.StreamThreeSYNACKInWrongDirection)
		}
		if x.ack != other.isn+1 {
			return x.no(wire.StreamFourSYNACKWithWrongACK)
		}
		if x.seq != p.isn {
			return x.no(wire.StreamFourSYNACKWithWrongSYN)
		}
		s.state = synReceived
		s.acks(x)
		return true
	}
	switch {
	case x.ack == other.next:
	case s.fast && x.ack == other.isn+1:
		x.odd(wire.StreamThreeSYNACKTFODataIgnored)
		other.next = x.ack
	case s.fast && after(x.ack, other.isn+1) && before(x.ack, other.next):
	default:
		return x.no(wire.StreamThreeSYNACKWithWrongACK)
	}
	isn := p.isn
	s.open(p, other, x.l)
	if s.twoSYNs && isn != x.seq {
		x.odd(wire.StreamFourSYNACKWithWrongSYN)
	}
	s.state = synReceived
	s.timed = p.timed && other.timed
	s.acks(x)
	other.limit = max32(other.limit, x.ack+x.window) // the window of a SYN/ACK is not scaled
	return true
}

// again takes another SYN before an answer.
func (s *strict) again(x *segment) bool {
	p := &s.peer[x.d]
	if x.d == Resp {
		s.twoSYNs = true
		s.open(p, &s.peer[Orig], x.l)
		return true
	}
	if x.seq != p.isn {
		if s.syns++; s.syns > maxSYNs {
			s.syns = maxSYNs
			x.odd(wire.StreamThreeSYNFlood)
		}
	}
	s.open(p, &s.peer[Resp], x.l)
	s.fast = x.n > 0
	return true
}

// inSYNReceived waits for the client's ACK.
func (s *strict) inSYNReceived(x *segment) bool {
	switch {
	case x.has(event.FlagRST):
		return s.rst(x)
	case x.has(event.FlagSYN) && x.has(event.FlagACK):
		return s.answeredAgain(x)
	case x.has(event.FlagSYN):
		if x.d == Resp {
			return x.no(wire.StreamThreeSYNToclientOnSYNRecv)
		}
		if x.seq != s.peer[Orig].isn {
			return x.no(wire.StreamThreeSYNResendDiffSeqOnSYNRecv)
		}
		return true
	case !x.has(event.FlagACK):
		return true
	case !s.time(x):
		return false
	case x.d == Resp:
		return s.early(x)
	}
	return s.confirm(x)
}

// answeredAgain takes a SYN/ACK that follows another one.
func (s *strict) answeredAgain(x *segment) bool {
	p, other := &s.peer[x.d], &s.peer[1-x.d]
	switch {
	case x.d == Orig && !s.twoSYNs:
		return x.no(wire.StreamThreeSYNACKToserverOnSYNRecv)
	case x.d == Orig:
		return true
	case before(x.ack, other.isn+1) || after(x.ack, other.next):
		return x.no(wire.StreamThreeSYNACKResendWithDifferentACK)
	case x.seq == p.isn:
		return true
	}
	if s.synacks++; s.synacks > maxSYNACKs {
		s.synacks = maxSYNACKs
		return x.no(wire.StreamThreeSYNACKFlood)
	}
	x.odd(wire.StreamThreeSYNACKResendWithDiffSeq)
	return false // the client has answered neither: the first one stands until it does
}

// early takes what a server sends before the client's ACK was seen.
func (s *strict) early(x *segment) bool {
	p := &s.peer[Resp]
	if s.twoSYNs && x.n == 0 {
		if x.seq != p.next {
			return x.no(wire.StreamFourWrongSeq)
		}
		if !s.ackFits(x) {
			return x.no(wire.StreamFourInvalidACK)
		}
		s.state = established
		s.acks(x)
		s.move(x)
		return true
	}
	if x.n == 0 && !x.has(event.FlagFIN) && x.seq == p.next && x.ack == s.peer[Orig].next {
		return true // a window update
	}
	if !s.fast {
		x.odd(wire.StreamThreeACKInWrongDirection)
	}
	if !s.ackFits(x) {
		return x.no(wire.StreamPacketInvalidACK)
	}
	s.move(x)
	return true
}

// confirm takes the client's ACK of the SYN/ACK.
func (s *strict) confirm(x *segment) bool {
	p, other := &s.peer[Orig], &s.peer[Resp]
	switch {
	case x.seq == p.next && !after(other.isn+1, x.ack) && !after(x.ack, other.next):
	case x.ack != other.next && x.seq == p.next && s.synacks == 0:
		return x.no(wire.StreamThreeRightSeqWrongACKEvasion)
	case x.seq == p.next && s.synacks > 0: // it answers another SYN/ACK
		other.isn, other.next, other.acked, other.limit = x.ack-1, x.ack, x.ack, x.ack
	case s.fast && !before(x.seq, p.isn+1) && !after(x.seq, p.next):
	case after(x.seq, p.next) && !after(x.seq, p.limit) && !before(x.ack, other.next): // something was lost
	default:
		return x.no(wire.StreamThreeWrongSeqWrongACK)
	}
	s.state = established
	s.acks(x)
	s.move(x)
	if x.has(event.FlagFIN) {
		s.fin(x)
	}
	return true
}
