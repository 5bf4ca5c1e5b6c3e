package dissect

import (
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/dissect/reassembly"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// tcp takes one segment.
func (a *Analyzer) tcp(l *decode.Layers) {
	var k key
	fromB := k.of(l, l.SrcPort, l.DstPort)
	h := a.table.hash(&k)
	f := a.table.find(&k, h)
	var anew *strict
	answer := f != nil && answered(f, l)
	if answer || f != nil && renewed(f, l, fromB) {
		if answer {
			anew, f.anew = f.anew, nil
		}
		a.end(f, a.now)
		a.drop(f)
		f = nil
	}
	if f == nil {
		f = a.openTCP(&k, h, l, fromB, answer, anew)
	}
	d := f.dir(fromB)
	if f.ended {
		if f.strict != nil {
			a.judge(f, d, l)
		}
		a.inspect(l, nil, Orig, false)
		return
	}
	a.count(f, d, l)
	asks := f.asked && l.Flags&(event.FlagSYN|event.FlagACK) == event.FlagSYN
	if asks {
		a.ask(f, l)
	}
	if taken := a.taken(f, d, l, asks); asks || !taken {
		a.inspect(l, f, d, false)
		a.report(f)
		return
	}
	if f.reset != 0 {
		a.unreset(f, d, l)
	}
	if f.early.n > 0 {
		a.hearEarly(f, d, l)
	}
	seq := a.headers(f, d, l)
	spoken := len(l.Payload)+l.Cut > 0 && l.Flags&event.FlagRST == 0 // a RST may carry words, which are not of the stream
	if spoken {
		a.noted = a.noted[:0]
		a.segment(f, d, seq, l)
		if len(a.noted) > 0 {
			a.tellNoted(l)
		}
		d = f.dir(fromB) // the bytes may have shown who the client is
	}
	a.inspect(l, f, d, spoken)
	if l.Flags&(event.FlagFIN|event.FlagRST) != 0 {
		a.closing(f, d, seq, l)
	}
	if f.finAcked[Orig] && f.finAcked[Resp] && !f.ended {
		if !f.midstream { // else who knows what it was
			a.end(f, a.now)
		}
		a.reschedule(f)
		return
	}
	a.report(f)
}

// taken tells whether the receiver takes a segment, as far as somebody looks; asks says that it is a SYN within an open connection.
func (a *Analyzer) taken(f *flow, d Dir, l *decode.Layers, asks bool) bool {
	if a.inspector == nil {
		return !idle(f, l)
	}
	return asks && f.reset != 0 || a.judge(f, d, l)
}

// idle tells of a segment whose bytes and FIN no host takes: it acknowledges nothing where acknowledgements are known (RFC 9293 §3.10.7.4), or it
// has a SYN in a connection that has begun.
func idle(f *flow, l *decode.Layers) bool {
	if l.Flags&(event.FlagSYN|event.FlagRST|event.FlagACK) == event.FlagACK || l.Flags&event.FlagRST != 0 || len(l.Payload)+l.Cut == 0 && l.Flags&event.FlagFIN == 0 {
		return false
	}
	if l.Flags&event.FlagSYN != 0 {
		return f.greeted || f.midstream
	}
	return (f.flags[Orig]|f.flags[Resp])&event.FlagACK != 0
}

// headers takes over what flags and numbers say and returns where the payload begins.
func (a *Analyzer) headers(f *flow, d Dir, l *decode.Layers) uint32 {
	f.flags[d] |= l.Flags
	f.greets = false
	seq := l.Seq
	if l.Flags&event.FlagSYN != 0 {
		if f.isn[d] != seq && f.early.n > 0 && f.early.dir == d {
			a.unsay(f, d)
		}
		if f.isn[d] != seq && f.payload[d] == 0 { // another attempt between the same ports
			a.flush(f, d)
			f.half[d] = reassembly.Half{}
		}
		f.isn[d] = seq
		seq++
		f.half[d].Sync(seq)
	}
	if l.Flags&event.FlagACK != 0 {
		a.ack(f, d, l)
		if !f.greeted && f.flags[1-d]&event.FlagSYN != 0 && l.Flags&(event.FlagSYN|event.FlagRST) == 0 {
			f.greeted, f.greets = true, len(l.Payload) == 0
		}
	}
	return seq
}

// ack tells the other direction what its receiver has.
func (a *Analyzer) ack(f *flow, d Dir, l *decode.Layers) {
	other := &f.half[1-d]
	if !f.midstream && l.Flags&event.FlagRST == 0 {
		other.Sync(l.Ack)
	}
	other.Acked(a.pool, l.Ack, a.now)
	if f.finSeen[1-d] && int32(l.Ack-f.fin[1-d]) >= 0 {
		f.finAcked[1-d] = true
	}
}

// segment takes the bytes of one segment.
func (a *Analyzer) segment(f *flow, d Dir, seq uint32, l *decode.Layers) {
	half, n := &f.half[d], len(l.Payload)+l.Cut
	if s := f.strict; s != nil {
		s.urge(l, d, a.hosts.of(&l.Dst).segments == reassembly.Linux)
		if s.keep && a.keepSent(s, d, seq, l.Payload) {
			l.Events = append(l.Events, wire.StreamReassemblyOverlapDifferentData)
		}
	}
	if f.deaf && !a.watched(f, d) {
		a.unheard(f, d, seq, n)
		return
	}
	half.Sync(seq)
	if l.Flags&(event.FlagSYN|event.FlagACK) == event.FlagSYN && half.Next() == seq {
		a.sayEarly(f, d, l.Payload)
	}
	if l.Cut == 0 && half.InOrder(seq, n) {
		a.mayTurn = f.midstream
		a.inBand(f, d, seq, l.Payload)
		a.mayTurn = false
		return
	}
	a.sink = sink{a, f, d}
	a.segmentAt = l
	half.Add(a.pool, seq, l.Payload, l.Cut, a.now, &a.sink)
	a.segmentAt = nil
	if a.pool.Crowded() { // the next packet makes room
		a.wheel.tick = min(a.wheel.tick, a.now>>tickShift-1)
	}
}

// inBand delivers the bytes at seq, without those that are out of band.
func (a *Analyzer) inBand(f *flow, d Dir, seq uint32, b []byte) {
	if f.strict == nil || f.strict.urgent == nil {
		a.deliver(f, d, b)
		return
	}
	f.strict.urgent.spoken(d, seq, b, func(b []byte) { a.deliver(f, d, b) })
}

// unheard counts bytes that nobody reads.
func (a *Analyzer) unheard(f *flow, d Dir, seq uint32, n int) {
	half := &f.half[d]
	a.flush(f, d)
	fresh := half.Skip(seq, n)
	f.payload[d] += uint64(fresh)
	a.stats.PayloadBytes += uint64(fresh)
	a.talked(f, d, fresh)
	if f.encrypted {
		a.opaque(f, uint64(fresh))
	}
}

// flush hands over what waits behind holes.
func (a *Analyzer) flush(f *flow, d Dir) {
	a.sink = sink{a, f, d}
	f.half[d].Flush(a.pool, &a.sink)
}

// closing handles FIN and RST (RFC 9293 §3.10). A RST counts when it stands near what is due.
func (a *Analyzer) closing(f *flow, d Dir, seq uint32, l *decode.Layers) {
	if l.Flags&event.FlagFIN != 0 && l.Flags&event.FlagSYN == 0 && !f.finSeen[d] {
		f.finSeen[d] = true
		f.fin[d] = seq + uint32(len(l.Payload)+l.Cut) + 1
		a.reschedule(f)
	}
	if l.Flags&event.FlagRST == 0 || f.reset != 0 {
		return
	}
	if half := &f.half[d]; half.Synced() && f.packets[d] > 1 {
		if off := int32(seq - half.Next()); off < -(1<<16) || off > 1<<20 {
			return
		}
	}
	f.reset = 1 + uint8(d)
	if !f.finSeen[d] {
		f.fin[d] = l.Seq
	}
	if !f.greeted && !f.midstream && d == Resp {
		a.end(f, a.now)
	}
	a.reschedule(f) // it lingers: who sent the RST may go on, when it was somebody else or meant for a forged answer
}

// unreset goes on when the side that is said to have reset the connection speaks behind its RST.
func (a *Analyzer) unreset(f *flow, d Dir, l *decode.Layers) {
	if f.reset == 1+uint8(d) && l.Flags&event.FlagRST == 0 && len(l.Payload) > 0 && !before(l.Seq, f.fin[d]) {
		f.reset = 0
		a.reschedule(f)
	}
}

// reschedule shortens the wait of a flow that is about to end.
func (a *Analyzer) reschedule(f *flow) {
	a.unschedule(f)
	a.schedule(f, a.now+a.patience(f))
}

// sink is where reassembly puts the bytes of the segment at hand.
type sink struct {
	a *Analyzer
	f *flow
	d Dir
}

func (s *sink) Data(b []byte) { s.a.inBand(s.f, s.d, s.f.half[s.d].Next()-uint32(len(b)), b) }
func (s *sink) Gap(n int)     { s.a.gap(s.f, s.d, n) }
func (s *sink) Owner() uint32 { return s.f.index }

// Policy is the receiver's.
func (s *sink) Policy() reassembly.Policy {
	to := &s.f.key.b
	if s.f.origB == (s.d == Orig) {
		to = &s.f.key.a
	}
	return s.a.hosts.of(to).segments
}
