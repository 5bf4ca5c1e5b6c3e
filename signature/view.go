package signature

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// view is a packet as a rule looks at it: in one direction of its flow.
type view struct {
	p       *wire.Packet
	f       *wire.Flow // nil: none
	d       wire.Dir
	ignored bool // the beginning of the flow was not seen, and rules do not look into such

	end bool // the packet only stands for the end of its flow, or for the other direction
}

// turn makes the packet that stands for the end of a flow one of direction d.
func (v *view) turn(d wire.Dir) {
	v.d = d
	p, f := v.p, v.f
	p.Src, p.Dst, p.SrcPort, p.DstPort = f.Src.As16(), f.Dst.As16(), f.SrcPort, f.DstPort
	if d == wire.Resp {
		p.Src, p.Dst, p.SrcPort, p.DstPort = p.Dst, p.Src, p.DstPort, p.SrcPort
	}
}

// header reports whether what stands before the brackets of a rule holds.
func (s *sig) header(v *view, app string) bool { return s.hasApp(app) && s.headerBut(v) }

// headerBut is header without the application protocol.
func (s *sig) headerBut(v *view) bool {
	h := &s.Head
	if !s.Direction[v.d] && !(h.OneFlow && v.d == wire.Orig) || !carries(h.Carrier, v.p) {
		return false
	}
	p := v.p
	if ports(h, p, p.SrcPort, p.DstPort) && h.Src.Contains(&p.Src) && h.Dst.Contains(&p.Dst) { // ports cost less to compare
		return true
	}
	return h.Both && ports(h, p, p.DstPort, p.SrcPort) && h.Src.Contains(&p.Dst) && h.Dst.Contains(&p.Src)
}

// headerAt is headerBut where the pairs of addresses that hold are known.
func (s *sig) headerAt(v *view, fits uint64) bool {
	if s.pair == anyPair {
		return s.headerBut(v)
	}
	return fits&(1<<s.pair) != 0 && s.Direction[v.d] && carries(s.Head.Carrier, v.p) && ports(&s.Head, v.p, v.p.SrcPort, v.p.DstPort)
}

func (s *sig) hasApp(app string) bool {
	if len(s.apps) == 0 {
		return true
	}
	for _, a := range s.apps {
		if a == app {
			return true
		}
	}
	return false
}

// carries reports whether a packet is of the kind that a rule is about.
func carries(c rule.Carrier, p *wire.Packet) bool {
	switch c {
	case rule.AnyIP:
		return p.Kind != wire.None && p.Kind != wire.ARP
	case rule.IPv4Only:
		return p.Kind != wire.None && p.Kind != wire.ARP && isIPv4(p)
	case rule.IPv6Only:
		return p.Kind != wire.None && p.Kind != wire.ARP && !isIPv4(p)
	case rule.TCP, rule.TCPPacket, rule.TCPStream:
		return p.Kind == wire.TCP || p.Kind == wire.IP && p.Proto == event.ProtoTCP // too short for its header
	case rule.UDP:
		return p.Kind == wire.UDP || p.Kind == wire.IP && p.Proto == event.ProtoUDP
	case rule.ICMP:
		return p.Proto == event.ProtoICMP || p.Proto == event.ProtoICMPv6
	case rule.ICMPv4:
		return p.Proto == event.ProtoICMP
	case rule.ICMPv6:
		return p.Proto == event.ProtoICMPv6
	case rule.SCTP:
		return p.Proto == 132
	case rule.IGMP:
		return p.Proto == 2
	case rule.GRE:
		return p.Proto == 47
	case rule.ESP:
		return p.Proto == 50
	case rule.AH:
		return p.Proto == 51
	case rule.ARP:
		return p.Kind == wire.ARP
	}
	return true
}

func isIPv4(p *wire.Packet) bool {
	if len(p.L3) > 0 {
		return p.L3[0]>>4 == 4
	}
	return p.Src.IP().Is4()
}

// established reports whether both sides have agreed to speak.
func (v *view) established() bool { return v.f.Established && !v.ignored }

// flowHolds reports whether the keyword flow holds.
func (s *sig) flowHolds(v *view) bool {
	k := &s.Flow
	if *k == (rule.FlowState{}) {
		return true
	}
	if k.ToServer && !k.ToClient && v.d != wire.Orig || k.ToClient && !k.ToServer && v.d != wire.Resp {
		return s.Head.OneFlow
	}
	if k.OnlyFrag && !v.p.Whole || k.NoFrag && v.p.Whole {
		return false
	}
	if v.f == nil {
		return !k.Established && !k.ToServer && !k.ToClient
	}
	return !(k.Established && !v.established()) && !(k.NotEstablished && v.established())
}

// ports reports whether two ports fit; what has none fits.
func ports(h *rule.Header, p *wire.Packet, src, dst uint16) bool {
	if h.SrcPort == nil && h.DstPort == nil {
		return true
	}
	return (p.Kind == wire.TCP || p.Kind == wire.UDP || p.Proto == 132) && h.SrcPort.Contains(src) && h.DstPort.Contains(dst)
}
