package act

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// flowKey is one conversation of the watched machine; the ports of ICMP are 0.
type flowKey struct {
	own, peer         netip.Addr
	ownPort, peerPort uint16
	proto             event.Proto
}

// Sides of a conversation.
const (
	own = iota
	peer
)

// flow is what is remembered of one conversation to tell an exchange from mere attempts.
type flow struct {
	side [2]struct {
		ack     uint32 // highest acknowledgement shown
		hasAck  bool
		old     uint32 // end of what was sent before the order was applied
		hasOld  bool
		asked   time.Time // last datagram after the order was applied
		started bool      // this side sent the first datagram that was seen
	}
	begun     bool
	forwarded bool // the capturing host was seen to forward this conversation
	passed    bool
	attempts  int
}

// see takes one packet of the machine and reports whether it proves that
// traffic passes in spite of the order: an acknowledgement of something sent
// after applied, or the answer to a datagram sent after applied.
func (f *flow) see(from int, s event.Sighting, applied time.Time) bool {
	before := applied.IsZero() || s.Time.Before(applied)
	if s.Outgoing {
		f.forwarded = true
		return !before
	}
	if s.Proto == event.ProtoTCP {
		return f.tcp(from, s, before) && !before
	}
	return f.datagram(from, s, before)
}

// tcp follows sequence and acknowledgement numbers (RFC 9293 §3.4, serial
// arithmetic of RFC 1982). Retransmissions move neither; a late
// acknowledgement of what had passed before the order proves nothing.
func (f *flow) tcp(from int, s event.Sighting, before bool) bool {
	me, other := &f.side[from], &f.side[1-from]
	if s.Flags&event.FlagRST != 0 {
		return false
	}
	if s.Flags&event.FlagSYN != 0 && s.Flags&event.FlagACK == 0 {
		f.newHandshake(from, s)
	}
	end := s.Seq + uint32(s.Payload)
	if s.Flags&(event.FlagSYN|event.FlagFIN) != 0 {
		end++
	}
	switch {
	case before && (!me.hasOld || after(end, me.old)):
		me.old, me.hasOld = end, true
	case !me.hasOld:
		me.old, me.hasOld = s.Seq, true
	}
	if s.Flags&event.FlagACK == 0 {
		return false
	}
	advanced := me.hasAck && after(s.Ack, me.ack)
	if !me.hasAck || advanced {
		me.ack, me.hasAck = s.Ack, true
	}
	return advanced && other.hasOld && after(s.Ack, other.old)
}

// newHandshake forgets an earlier connection of the same ports; the same SYN again is a retry.
func (f *flow) newHandshake(from int, s event.Sighting) {
	me := &f.side[from]
	if me.hasOld && (me.old == s.Seq || me.old == s.Seq+1) {
		return
	}
	*me = flow{}.side[from]
	f.side[1-from] = flow{}.side[from]
}

// datagram wants a request after applied, and an answer after that. Which side
// asks is told by the ports or, where they do not, by who was seen first. Where
// the capturing host forwarded the conversation before, only its forwarding
// proves anything: two sides may both keep sending without being heard.
func (f *flow) datagram(from int, s event.Sighting, before bool) bool {
	if !f.begun {
		f.begun = true
		f.side[from].started = true
	}
	if before {
		return false
	}
	if asks(from, f, s) {
		f.side[from].asked = s.Time
		return false
	}
	asked := f.side[1-from].asked
	return !asked.IsZero() && !s.Time.Before(asked) && !f.forwarded
}

// asks reports whether a datagram is a request.
func asks(from int, f *flow, s event.Sighting) bool {
	switch s.Proto {
	case event.ProtoICMP, event.ProtoICMPv6:
		t := s.Src.Port >> 8
		return t == 8 || t == 128
	}
	const ephemeral = 32768
	src, dst := s.Src.Port, s.Dst.Port
	switch {
	case src >= ephemeral && dst < ephemeral:
		return true
	case dst >= ephemeral && src < ephemeral:
		return false
	}
	return f.side[from].started
}

// after is RFC 1982 serial comparison: a comes after b.
func after(a, b uint32) bool { return int32(a-b) > 0 }
