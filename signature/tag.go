package signature

import (
	"bytes"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// maxTagged bounds what is told of one packet.
const maxTagged = 64 << 10

// tag begins to tell of the packets after the one at hand, as the tags of a rule say.
func (e *Engine) tag(tags []rule.Tag, v *view) {
	for _, t := range tags {
		who := &v.p.Dst
		if t.Track == rule.BySource {
			who = &v.p.Src
		}
		switch {
		case !t.Host && e.flow != nil:
			m := e.flow.remember()
			m.tags = m.tags.Add(t, e.at, v.size())
		case t.Host && v.p.Kind != wire.None && v.p.Kind != wire.ARP:
			e.shared.tags.Add(who.IP(), t, e.at, v.size())
		}
	}
}

// size is how many bytes the packet had on the wire.
func (v *view) size() int { return max(len(v.p.L2), v.p.IPLen) }

// tagged tells of the packet at hand where a tag of its flow, or of one of its hosts, holds.
func (e *Engine) tagged(v *view) {
	told := false
	if s := e.flow; s != nil && s.more != nil && len(s.more.tags) > 0 {
		told = s.more.tags.Packet(e.at, v.size())
	}
	if t := e.shared.tags; t.Some(e.at) && v.p.Kind != wire.None && v.p.Kind != wire.ARP {
		told = t.Packet(v.p.Src.IP(), e.at, v.size()) || told
		if v.p.Src != v.p.Dst {
			told = t.Packet(v.p.Dst.IP(), e.at, v.size()) || told
		}
	}
	if told && len(v.p.L2) > 0 {
		e.tell(e.copied(v))
	}
}

// copied is the packet at hand as an event.
func (e *Engine) copied(v *view) *event.TaggedPacket {
	p := v.p
	t := &event.TaggedPacket{Header: event.Header{Time: time.Unix(0, e.at).UTC(), Packet: e.number}, Link: p.Link,
		Frame: bytes.Clone(p.L2[:min(len(p.L2), maxTagged)])}
	t.Src = event.Endpoint{IP: p.Src.IP(), Port: p.SrcPort, MAC: p.SrcMAC}
	t.Dst = event.Endpoint{IP: p.Dst.IP(), Port: p.DstPort, MAC: p.DstMAC}
	t.Proto, t.VLAN = p.Proto, p.VLAN
	if p.Kind == wire.ICMP { // as flows have it
		t.Src.Port, t.Dst.Port = uint16(p.Type)<<8|uint16(p.Code), 0
	}
	if v.f != nil {
		t.FlowID = v.f.ID
	}
	return t
}
