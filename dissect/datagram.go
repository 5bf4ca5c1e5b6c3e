package dissect

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
)

// udp takes one datagram.
func (a *Analyzer) udp(l *decode.Layers) {
	var k key
	fromB := k.of(l, l.SrcPort, l.DstPort)
	h := a.table.hash(&k)
	f := a.table.find(&k, h)
	if f == nil {
		f = a.add(&k, h)
		back := !l.Dst.Group() && a.byPort.fromServer(false, l.SrcPort, l.DstPort)
		f.origB, f.midstream = fromB != back, back
		d := f.dir(fromB)
		f.mac[d], f.mac[1-d] = l.SrcMAC, l.DstMAC
		if len(l.Payload) > 0 && l.Cut == 0 {
			a.recognise(f, d, l.Payload)
		}
		a.open(f, fromB, l)
	}
	d := f.dir(fromB)
	a.count(f, d, l)
	n := len(l.Payload) + l.Cut
	f.payload[d] += uint64(n)
	a.stats.PayloadBytes += uint64(n)
	switch {
	case f.deaf:
		if f.encrypted {
			a.opaque(f, uint64(n))
		}
	case l.Cut > 0: // half a datagram is no message
		f.gaps += uint64(l.Cut)
		a.stats.GapBytes += uint64(l.Cut)
	case n > 0:
		a.datagram(f, d, l.Payload)
	}
	a.inspect(l, f, d, true)
	a.report(f)
}

// ICMP types by which echoes are told from errors (RFC 792, RFC 4443).
const (
	icmpUnreachable  = 3
	icmp6Unreachable = 1
)

// icmp takes one ICMP message: echoes are flows by their identifier, others by type and code.
func (a *Analyzer) icmp(l *decode.Layers) {
	id := uint16(l.Type)<<8 | uint16(l.Code)
	if echo(l) {
		id = l.ID
	} else if cites(l) {
		a.cited(l)
	}
	f := a.simple(l, id, id, isReply(l))
	if f.dirOf(l) == Resp && f.packets[Resp] == 1 {
		f.answer = uint16(l.Type)<<8 | uint16(l.Code)
	}
	f.payload[f.dirOf(l)] += uint64(len(l.Payload) + l.Cut)
	a.inspect(l, f, f.dirOf(l), false)
	a.report(f)
}

func echo(l *decode.Layers) bool {
	if l.Proto == event.ProtoICMP {
		return l.Type == 8 || l.Type == 0 || l.Type == 13 || l.Type == 14
	}
	return l.Type == 128 || l.Type == 129
}

func refuses(l *decode.Layers) bool {
	return l.Type == icmpUnreachable && l.Proto == event.ProtoICMP || l.Type == icmp6Unreachable && l.Proto == event.ProtoICMPv6
}

// cites tells errors that begin with the packet that they are about (RFC 792, RFC 4443 §3).
func cites(l *decode.Layers) bool {
	if l.Proto == event.ProtoICMP {
		return l.Type >= 3 && l.Type <= 5 || l.Type == 11 || l.Type == 12
	}
	return l.Type >= 1 && l.Type <= 4
}

func isReply(l *decode.Layers) bool {
	if l.Proto == event.ProtoICMP {
		return l.Type == 0 || l.Type == 14
	}
	return l.Type == 129
}

// other takes a packet of another protocol over IP.
func (a *Analyzer) other(l *decode.Layers) {
	f := a.simple(l, l.SrcPort, l.DstPort, false) // SCTP has ports
	f.payload[f.dirOf(l)] += uint64(len(l.Payload) + l.Cut)
	a.inspect(l, f, f.dirOf(l), false)
	a.report(f)
}

// simple finds or opens the flow of a protocol without connections.
func (a *Analyzer) simple(l *decode.Layers, from, to uint16, back bool) *flow {
	var k key
	fromB := k.of(l, from, to)
	h := a.table.hash(&k)
	f := a.table.find(&k, h)
	if f == nil {
		f = a.add(&k, h)
		f.icmp = uint16(l.Type)<<8 | uint16(l.Code)
		f.origB, f.midstream, f.deaf = fromB != back, back, true
		a.open(f, fromB, l)
	}
	a.count(f, f.dirOf(l), l)
	return f
}

// dirOf is the direction of a packet of such a flow; a host may speak with itself.
func (f *flow) dirOf(l *decode.Layers) Dir {
	switch {
	case l.Src != l.Dst:
		return f.dir(less(&l.Dst, &l.Src))
	case l.Kind != decode.ICMP:
		return f.dir(l.DstPort < l.SrcPort)
	case isReply(l):
		return Resp
	}
	return Orig
}

// cited marks the flow that an error is about.
func (a *Analyzer) cited(l *decode.Layers) {
	var q decode.Layers
	if !decode.Quoted(l.Payload, &q) {
		return
	}
	q.VLAN = l.VLAN
	var k key
	k.of(&q, q.SrcPort, q.DstPort)
	if f := a.table.find(&k, a.table.hash(&k)); f != nil && !f.ended {
		if refuses(l) || !f.refused { // no other error says more
			f.failure = uint16(l.Type)<<8 | uint16(l.Code)
		}
		f.refused = f.refused || refuses(l)
	}
}

// recent remembers what was told lately, in a fixed space: a collision only tells it again.
type recent [1 << 12]struct {
	hash uint64
	at   int64
}

// arpSeed is no secret: what is told does not depend on the table's.
var arpSeed = seeds(826)

const arpAgain = int64(60e9) // ns until the same ARP packet is told again

// arpPacket tells of a binding or a question that is new, or has not been told for a minute (RFC 826).
func (a *Analyzer) arpPacket(l *decode.Layers) {
	r := &l.ARP
	k := key{a: r.SenderIP.As16(), b: r.TargetIP.As16(), aPort: r.Op, vlan: l.VLAN,
		bPort: binary.BigEndian.Uint16(r.Sender[4:]), proto: binary.BigEndian.Uint16(r.Sender[2:])}
	h := k.hash(&arpSeed) ^ uint64(binary.BigEndian.Uint16(r.Sender[:]))<<32
	seen := &a.arp[h%uint64(len(a.arp))]
	if age := a.now - seen.at; seen.hash == h && age >= 0 && age < arpAgain {
		return
	}
	seen.hash, seen.at = h, a.now
	arp := *r
	a.emit(&event.NetworkActivity{
		Header: a.head(a.now),
		Conn: event.Conn{
			Src:   event.Endpoint{IP: r.SenderIP, MAC: r.Sender},
			Dst:   event.Endpoint{IP: r.TargetIP, MAC: l.DstMAC},
			Proto: event.ProtoARP, VLAN: l.VLAN, FlowID: a.flowID(),
		},
		Activity: event.FlowTraffic, Start: a.time(a.now), End: a.time(a.now), ARP: &arp,
	})
}
