package dissect

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// A strict look at a connection: what its hosts would not take must not hide from rules what they do take (RFC 9293 §3.10,
// RFC 5961, RFC 7323 §5), and what is odd has a name that rules ask for by stream-event.

// state of a connection (RFC 9293 §3.3.2), both sides together: closeWait follows the client's FIN, finWait1 the server's.
type state uint8

const (
	synSent state = iota
	synReceived
	established
	closeWait
	lastAck
	finWait1
	finWait2
	closing
	timeWait
	closed
)

// Bounds of what is remembered of one connection.
const (
	maxSYNs    = 10 // different SYNs and SYN/ACKs until it is a flood
	maxSYNACKs = 5
	maxSpares  = 1024
	maxRefused = 16 // segments refused in a row until the capture is taken to have slept
	maxMissed  = 3  // confirmations in a row of what may not have been sent yet, until it is taken to have been
	farStep    = 1 << 16
)

// peer is one side as a sender.
type peer struct {
	isn    uint32
	next   uint32 // behind what it has sent
	acked  uint32 // the other side has everything before
	limit  uint32 // it may send up to here
	window uint32 // that the other side announced, scaled
	scale  uint8  // of that
	refuse uint8  // segments refused in a row
	missed uint8  // in a row, it has confirmed bytes that may not have been sent yet
	far    uint32 // the last of these
	begun  bool   // its SYN was seen
	timed  bool   // it sends timestamps
	sums   bool   // its SYN had a right checksum
	stamp  uint32 // the last one
	lead   uint32 // the most that its clock was ahead of ours, ms; valid where at is
	at     int64  // when; 0: only the SYN's is known
}

// strict is what is known of a connection whose beginning was seen.
type strict struct {
	peer    [2]peer
	state   state
	before  state  // a reset: the state until then
	twoSYNs bool   // both sides opened
	fast    bool   // the SYN carried data (RFC 7413)
	timed   bool   // both sides use timestamps
	reset   uint8  // 1 + Dir of the RST that was taken, until the other side goes on
	keep    bool   // rules ask for stream-event
	first   uint32 // timestamp of the first SYN
	syns    uint8  // different ones after it
	synacks uint8
	urgent  *urgent
	kept    *[2]kept
}

// sequence numbers wrap round (RFC 9293 §3.4).
func after(a, b uint32) bool  { return int32(a-b) > 0 }
func before(a, b uint32) bool { return int32(a-b) < 0 }

// segment is what the judges look at.
type segment struct {
	d        Dir
	seq, ack uint32
	end      uint32 // behind payload, SYN and FIN
	due      uint32 // everything before has come
	n        int    // payload
	flags    uint8
	window   uint32 // as written
	now      int64
	stamp    uint32
	echo     uint32
	timed    bool
	l        *decode.Layers
}

func (x *segment) has(flags uint8) bool { return x.flags&flags != 0 }
func (x *segment) odd(e wire.Event)     { x.l.Events = append(x.l.Events, e) }

// no tells of an anomaly for which the segment is refused.
func (x *segment) no(e wire.Event) bool {
	x.odd(e)
	return false
}

// watchesStreams tells whether anybody wants to know: an inspector who does not say wants all.
func (a *Analyzer) watchesStreams() bool {
	if a.inspector == nil {
		return false
	}
	w, ok := a.inspector.(wire.StreamWatcher)
	return !ok || w.WantsStreamEvents()
}

// judge looks at a segment as its receiver does; false says that he throws it away.
func (a *Analyzer) judge(f *flow, d Dir, l *decode.Layers) bool {
	if l.Flags&event.FlagACK == 0 && l.Ack != 0 {
		l.Events = append(l.Events, wire.StreamPacketBrokenACK)
	}
	if len(l.L4) >= 20 {
		f.window[d] = binary.BigEndian.Uint16(l.L4[14:])
	}
	s := f.strict
	if s == nil {
		if l.Flags&event.FlagRST != 0 {
			l.Events = append(l.Events, wire.StreamRSTButNoSession)
		} else if l.Flags&event.FlagFIN != 0 {
			l.Events = append(l.Events, wire.StreamFINButNoSession)
		}
		return !idle(f, l)
	}
	if l.Flags&event.FlagSYN == 0 && idle(f, l) {
		return false
	}
	if len(l.L4) < 20 {
		return true
	}
	x := segment{d: d, seq: l.Seq, ack: l.Ack, n: len(l.Payload) + l.Cut, flags: l.Flags, now: a.now, l: l,
		window: uint32(f.window[d])}
	x.end = x.seq + uint32(x.n)
	for _, flag := range [2]uint8{event.FlagSYN, event.FlagFIN} {
		if x.has(flag) {
			x.end++
		}
	}
	x.stamp, x.echo, x.timed = timestamps(l.L4[20:])
	if x.due = x.seq; f.half[d].Synced() {
		x.due = f.half[d].Next()
	}
	p := &s.peer[d]
	if s.look(&x) {
		p.refuse = 0
		a.confirmed(s, d)
		return true
	}
	s.miss(&x)
	if p.refuse++; p.refuse < maxRefused || s.state < established {
		return false
	}
	s.resync(&x)
	return true
}

// timestamps finds the option of RFC 7323 §3.2; nearly always it stands behind two paddings.
func timestamps(b []byte) (stamp, echo uint32, ok bool) {
	if len(b) >= 12 && binary.BigEndian.Uint32(b) == 0x0101080a {
		return binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), true
	}
	if b = option(b, 8); len(b) == 10 {
		return binary.BigEndian.Uint32(b[2:]), binary.BigEndian.Uint32(b[6:]), true
	}
	return 0, 0, false
}

// option finds a TCP option by its kind, with kind and length.
func option(b []byte, kind byte) []byte {
	for len(b) > 0 && b[0] != 0 {
		if b[0] == 1 {
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return nil
		}
		if b[0] == kind {
			return b[:b[1]]
		}
		b = b[b[1]:]
	}
	return nil
}

// meet starts with the client's SYN.
func (a *Analyzer) meet(l *decode.Layers, d Dir) *strict {
	if len(l.L4) < 20 {
		return nil
	}
	s := &strict{}
	if n := len(a.spares); n > 0 {
		s, a.spares = a.spares[n-1], a.spares[:n-1]
	}
	*s = strict{keep: a.watchesStreams()}
	s.open(&s.peer[d], &s.peer[1-d], l)
	s.first, s.fast = s.peer[d].stamp, len(l.Payload)+l.Cut > 0
	return s
}

// part gives the memory back when a flow is forgotten.
func (a *Analyzer) part(f *flow) {
	if f.strict != nil {
		a.forget(f.strict)
		a.spare(f.strict)
	}
	a.spare(f.anew)
	f.strict, f.anew = nil, nil
}

func (a *Analyzer) spare(s *strict) {
	if s != nil && len(a.spares) < maxSpares {
		a.spares = append(a.spares, s)
	}
}

// open takes over what a SYN tells of its sender.
func (s *strict) open(p, other *peer, l *decode.Layers) {
	same := p.begun && p.isn == l.Seq
	p.begun, p.isn, p.next, p.acked = true, l.Seq, l.Seq+1+uint32(len(l.Payload)+l.Cut), l.Seq+1
	if p.limit = max32(p.limit, p.next); !same { // a limit of other numbers says nothing
		p.limit = p.next
	}
	other.scale = 0
	if o := option(l.L4[20:], 3); len(o) == 3 {
		other.scale = min(o[2], 14)
	}
	other.window = uint32(binary.BigEndian.Uint16(l.L4[14:]))
	if stamp, _, ok := timestamps(l.L4[20:]); ok {
		p.timed, p.stamp, p.sums = true, stamp, p.sums && same || decode.Sound(l)
	} else {
		p.timed = false
	}
}

func max32(a, b uint32) uint32 {
	if after(b, a) {
		return b
	}
	return a
}

// resync goes on where the capture woke up.
func (s *strict) resync(x *segment) {
	p, other := &s.peer[x.d], &s.peer[1-x.d]
	p.refuse, p.next, p.stamp, p.at, p.lead = 0, x.end, x.stamp, x.now, x.lead()
	if x.has(event.FlagACK) {
		other.acked = x.ack
		other.limit = x.ack + max(x.window<<other.scale, 1<<16)
	}
}

// look judges by the state.
func (s *strict) look(x *segment) bool {
	if x.flags&(event.FlagSYN|event.FlagFIN) == event.FlagSYN|event.FlagFIN {
		x.odd(wire.StreamFINSYN)
	}
	if s.reset != 0 && !x.has(event.FlagRST) {
		s.afterReset(x)
	}
	switch s.state {
	case synSent:
		return s.inSYNSent(x)
	case synReceived:
		return s.inSYNReceived(x)
	case closed:
		return true
	}
	switch {
	case x.has(event.FlagRST):
		return s.rst(x)
	case x.has(event.FlagSYN):
		return s.lateSYN(x)
	case !s.time(x):
		return false
	case s.keepAlive(x):
		return true
	}
	return s.going(x)
}
