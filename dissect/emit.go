package dissect

import (
	"time"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
)

func (a *Analyzer) time(ns int64) time.Time { return time.Unix(0, ns).UTC() }

func (a *Analyzer) head(ns int64) event.Header { return event.Header{Time: a.time(ns)} }

// emit completes the header and hands the event over.
func (a *Analyzer) emit(e event.Event) {
	h := e.Head()
	h.Sensor, h.Tenant, h.Site = a.cfg.Sensor, a.cfg.Tenant, a.cfg.Site
	if a.cfg.Live {
		h.Seen = time.Now().UTC()
	} else if !a.over {
		h.Packet = a.at.number
	}
	if h.Source = event.FromTimeout; !a.over && a.at.due == inPacket {
		h.Source = a.layers.Source()
	}
	if !a.waits(e) {
		a.give(e)
	}
}

func (a *Analyzer) give(e event.Event) {
	a.out(e)
	if a.cfg.Lend {
		a.lender.take(e)
	}
}

// aloneShare bounds the flows of which but a packet or two have come, and no answer: a flood of forged sources must not
// take the memory that conversations need. A flow with company packets is none of them.
const (
	aloneShare = 4
	company    = 3
)

// add makes room and puts a new flow into the table.
func (a *Analyzer) add(k *key, h uint64) *flow {
	for (a.table.n >= a.cfg.MaxFlows || a.alone >= a.cfg.MaxFlows/aloneShare) && a.evict() {
	}
	f := a.table.add(k, h)
	f.alone = true
	a.alone++
	f.id = a.flowID()
	f.first, f.last, f.told = a.now, a.now, a.now
	a.stats.Flows++
	return f
}

// open tells of a new flow and starts its clock.
func (a *Analyzer) open(f *flow, fromB bool, l *decode.Layers) {
	d := f.dir(fromB)
	f.mac[d], f.mac[1-d], f.inner = l.SrcMAC, l.DstMAC, [2]uint16{l.VLANs[1], l.VLANs[2]}
	a.schedule(f, a.now+a.patience(f))
	f.announced = f.app != ""
	e := a.activity(f, event.FlowOpen, a.now)
	e.Orig, e.Resp = event.Volume{}, event.Volume{}
	v := event.Volume{Packets: 1, Bytes: uint64(l.IPLen), Payload: uint64(len(l.Payload) + l.Cut)}
	if d == Orig {
		e.Orig, e.FlagsOrig = v, l.Flags
	} else {
		e.Resp, e.FlagsResp = v, l.Flags
	}
	a.emit(e)
}

// count adds one packet to a flow.
func (a *Analyzer) count(f *flow, d Dir, l *decode.Layers) {
	f.packets[d]++
	f.bytes[d] += uint64(l.IPLen)
	f.frames[d] += a.wire
	f.last = max(f.last, a.now)
	f.live(d, l)
	if f.alone && (f.packets[1-d] > 0 || f.packets[d] >= company) {
		f.alone = false
		a.alone--
	}
	if d == Resp && f.packets[Resp] == 1 {
		f.mac[Resp] = l.SrcMAC
		if f.talk != nil {
			f.talk.flow.Conn.Dst.MAC = l.SrcMAC
		}
	}
}

// live notes the time to live of a packet (RFC 791 §3.1), or its hop limit (RFC 8200 §3).
func (f *flow) live(d Dir, l *decode.Layers) {
	if len(l.L3) <= 8 {
		return
	}
	n := l.L3[7]
	if l.L3[0]>>4 == 4 {
		n = l.L3[8]
	}
	t := &f.ttl[d]
	if f.packets[d] == 1 {
		t[0] = n
	}
	t[0], t[1] = min(t[0], n), max(t[1], n)
}

// report tells of a flow that has been going on for long.
func (a *Analyzer) report(f *flow) {
	if a.now-f.told < int64(a.cfg.Report) || f.ended {
		return
	}
	f.told, f.announced = a.now, f.app != ""
	a.overlook(f)
	e := a.activity(f, event.FlowTraffic, a.now)
	e.Interim = true
	a.emit(e)
}

// tell emits what is known of a flow in between.
func (a *Analyzer) tell(f *flow) {
	f.told = a.now
	f.announced = f.app != ""
	e := a.activity(f, event.FlowTraffic, a.now)
	if f.talk != nil {
		e.Tx = uint32(f.talk.flow.txs)
	}
	a.emit(e)
}

// end tells of the end of a flow, once, after its parser has told the rest.
func (a *Analyzer) end(f *flow, at int64) {
	if f.ended {
		return
	}
	a.flush(f, Orig)
	a.flush(f, Resp)
	known := f.tls
	if a.hush(f); f.tls != known { // of a handshake that was broken off
		a.tell(f)
	}
	a.overlook(f)
	a.sides(f)
	f.ended = true
	alerted := f.seen != nil && f.seen.Alerted
	a.showEnd(f, at)
	for d := range f.half {
		n := uint64(f.half[d].Hole())
		f.gaps += n
		f.gapped[d] = f.gapped[d] || n > 0
		a.stats.GapBytes += n
	}
	state, activity := f.state()
	e := a.activity(f, activity, max(at, f.last))
	e.State, e.Alerted, e.Shutdown, e.Txs = state, alerted, a.over, f.txs
	if f.app != "" {
		udp := 0
		if e.Proto == event.ProtoUDP {
			udp = 1
		}
		a.apps[udp][f.app]++
	}
	a.emit(e)
}

// handedOn is the protocol that gave the flow to the one that it has now, "" where it began with that.
func (a *Analyzer) handedOn(f *flow) string {
	if f.before == 0 {
		return ""
	}
	return a.protocols[f.before-1].Name
}

func (a *Analyzer) activity(f *flow, id event.NetworkActivityID, at int64) *event.NetworkActivity {
	e := a.lender.flow()
	*e = event.NetworkActivity{
		Header: a.head(at), Conn: f.conn(), Activity: id, App: f.app, Before: a.handedOn(f), TLS: f.tls,
		Start: a.time(f.first), End: a.time(f.last),
		Orig:      event.Volume{Packets: f.packets[Orig], Bytes: f.bytes[Orig], Frames: f.frames[Orig], Payload: f.payload[Orig]},
		Resp:      event.Volume{Packets: f.packets[Resp], Bytes: f.bytes[Resp], Frames: f.frames[Resp], Payload: f.payload[Resp]},
		FlagsOrig: f.flags[Orig], FlagsResp: f.flags[Resp], TTLOrig: f.ttl[Orig], TTLResp: f.ttl[Resp],
		Midstream: f.midstream, Gaps: f.gaps, Gapped: f.gapped, Answer: f.answer, Failure: f.failure, Opening: f.opening,
	}
	return e
}
