package signature

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// maxAlerts is how many alerts one packet may raise (Suricata's packet-alert-max).
const maxAlerts = 15

// match is a rule that matched in the packet at hand.
type match struct {
	rule    uint32
	d       wire.Dir
	tx      int64 // -1: none
	stream  bool
	app     string // of the transaction; "" the flow's
	context []byte
	of      *wire.Tx // the transaction; nil: none
}

// fire notes that a rule matches, and does what it does to bits and counters.
func (e *Engine) fire(n uint32, v *view, m match) {
	s := &e.rules.sigs[n]
	if s.acts {
		e.act(s, v)
	}
	m.rule, m.d, m.context = n, v.d, contextOf(e.state.Captures)
	if len(e.queue) < maxQueue {
		e.queue = append(e.queue, m)
	} else {
		e.shared.overflow.Add(1)
	}
	if s.Hush != 0 && v.f != nil {
		e.hush(s, v, &m)
	}
	if s.Bypass && e.flow != nil {
		e.flow.bypassed = true
	}
	if s.Action == rule.Pass && e.flow != nil && (m.stream || m.tx >= 0 || s.ofFlow) {
		e.flow.passed = true
	}
}

const maxQueue = 1024

// finish tells of what matched in this packet, in the order of the rules.
func (e *Engine) finish(v *view) {
	if len(e.queue) == 0 {
		return
	}
	slices.SortStableFunc(e.queue, func(x, y match) int { return cmp.Or(cmp.Compare(x.rule, y.rule), cmp.Compare(x.tx, y.tx)) })
	told := 0
	for i := range e.queue {
		m := &e.queue[i]
		s := &e.rules.sigs[m.rule]
		if s.Action == rule.Pass && !s.Tell {
			break
		}
		if s.NoAlert || s.Action == rule.Config {
			continue
		}
		e.turned(v, m.d)
		action := s.Action
		if len(s.Silences)+len(s.Rates)+len(s.Turns) > 0 {
			ok := false
			if action, ok = e.limited(s, v); !ok {
				e.shared.suppressed.Add(1)
				continue
			}
		}
		if told == maxAlerts {
			e.shared.overflow.Add(1)
			continue
		}
		told++
		e.alert(s, v, m, action)
		if s.Action == rule.Pass {
			break
		}
	}
	e.queue = e.queue[:0]
}

// turned makes v a view in direction d: what matched in the other direction than the packet's is told by the flow.
func (e *Engine) turned(v *view, d wire.Dir) {
	if v.d != d && v.f != nil {
		v.p, v.end = e.standIn(v.f), true
		v.turn(d)
	}
}

// alert tells of a match; action is the rule's, or what a limit has turned it into.
func (e *Engine) alert(s *sig, v *view, m *match, action rule.Action) {
	e.shared.alerts.Add(1)
	p := v.p
	a := &event.Alert{
		Header:   event.Header{Time: time.Unix(0, e.at).UTC()},
		ToServer: m.d == wire.Orig, Action: "allowed", GID: s.GID, SID: s.SID, Rev: s.Rev, Message: s.Msg, Priority: int(s.Priority),
		Refs: s.References, Metadata: metadata(s.Metadata), TxID: m.tx, Packet: e.number, Stream: m.stream, App: m.app, Context: m.context,
	}
	a.Src = event.Endpoint{IP: p.Src.IP(), Port: p.SrcPort}
	a.Dst = event.Endpoint{IP: p.Dst.IP(), Port: p.DstPort}
	a.Proto, a.VLAN, a.Inner = p.Proto, p.VLAN, [2]uint16{p.VLANs[1], p.VLANs[2]}
	if p.Kind == wire.ICMP { // as flows have it
		a.Src.Port, a.Dst.Port = uint16(p.Type)<<8|uint16(p.Code), 0
	}
	if !v.end {
		a.Src.MAC, a.Dst.MAC = p.SrcMAC, p.DstMAC
	}
	if p.Kind == wire.ARP {
		a.Src.IP, a.Dst.IP, a.Proto = p.ARP.SenderIP, p.ARP.TargetIP, event.ProtoARP
	} else if p.Kind == wire.None {
		a.Src, a.Dst = event.Endpoint{MAC: p.SrcMAC}, event.Endpoint{MAC: p.DstMAC}
	}
	if v.f != nil {
		a.FlowID, v.f.Alerted = v.f.ID, true
		if a.App == "" {
			a.App = v.f.App
		}
	}
	if s.Class != nil {
		a.Category = s.Class.Text
	}
	if action == rule.Reject {
		a.Action = "blocked"
	}
	of := e.about(s, m, v)
	a.Facts = wire.Facts(of, a.App)
	a.Of = of.About()
	if i := e.frame(s, m); i >= 0 {
		a.Facts = append(a.Facts, m.of.Frame(i, e.shared.Payload))
	}
	a.Facts = append(a.Facts, e.told()...)
	carried(a, v)
	e.detail(a, v)
	switch s.Target {
	case rule.TargetSource:
		a.Target = "src_ip"
	case rule.TargetDestination:
		a.Target = "dest_ip"
	}
	e.tell(a)
	if len(s.Tags) > 0 {
		e.tag(s.Tags, v)
	}
}

// about is the transaction that an alert tells of: the one that matched. Where a rule asks for no more than a protocol, it is the only one that
// the packet has a part of; nil where there are several or none.
func (e *Engine) about(s *sig, m *match, v *view) (t *wire.Tx) {
	if m.of != nil || s.Head.App == "" {
		return m.of
	}
	for _, x := range e.changed {
		if x.flow != v.f {
			continue
		}
		if t != nil {
			return nil
		}
		t = x.tx
	}
	return t
}

// maxContent bounds what an alert carries of its packet.
const maxContent = 4 << 10

// detail adds the flow up to now and, where somebody asked for it, the packet.
func (e *Engine) detail(a *event.Alert, v *view) {
	if f := v.f; f != nil {
		a.Start, a.ClientPort, a.ServerPort = time.Unix(0, f.First).UTC(), f.SrcPort, f.DstPort
		a.Orig = event.Volume{Packets: f.Packets[wire.Orig], Bytes: f.Bytes[wire.Orig]}
		a.Resp = event.Volume{Packets: f.Packets[wire.Resp], Bytes: f.Bytes[wire.Resp]}
	}
	if e.shared.Content && !v.end {
		a.Payload = bytes.Clone(v.p.Payload[:min(len(v.p.Payload), maxContent)])
		a.Frame = bytes.Clone(v.p.L2[:min(len(v.p.L2), maxContent)])
	}
}
