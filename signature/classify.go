package signature

import (
	"slices"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// classify finds out at what a rule looks.
func classify(r *rule.Signature) sig {
	s := sig{Signature: r, apps: appsOf(r.Head.Apps)}
	for _, ops := range [][]rule.BitOp{r.FlowBits, r.XBits} {
		for _, o := range ops {
			s.asksBits = s.asksBits || o.Op.Condition()
			s.asksTx = s.asksTx || o.Op.Condition() && o.Track == rule.ByTx
			s.acts = s.acts || !o.Op.Condition()
		}
	}
	for _, o := range r.FlowInts {
		s.asksBits = s.asksBits || o.Op.Condition()
		s.acts = s.acts || !o.Op.Condition()
	}
	s.asksBits = s.asksBits || len(r.Paces) > 0
	for _, o := range r.Vars {
		s.asksBits = s.asksBits || !o.Store
		s.acts = s.acts || o.Store
	}
	if r.Payload.Chain != nil {
		s.packet, s.atEnd = needsPacket(r.Payload.Chain), onlyNegated(r.Payload.Chain)
	}
	for i := range r.Buffers {
		c := r.Buffers[i].Chain
		if c != nil && wholeOnly(c) {
			s.whole |= 1 << min(i, 63)
		}
	}
	s.kind = kindOf(r)
	s.ofFlow = s.kind == ofAddresses || s.kind == ofProtocol || s.kind == ofHeaders && (likeAddresses(r) || len(r.Head.Apps) > 0 && aboutApp(r))
	return s
}

// appsOf adds the protocols that carry another one: DCE/RPC is spoken over SMB, too.
func appsOf(apps []string) []string {
	if slices.Contains(apps, "dcerpc") && !slices.Contains(apps, "smb") {
		return append(slices.Clip(apps), "smb")
	}
	return apps
}

func kindOf(r *rule.Signature) kind {
	packetEvent := false
	for _, e := range r.Events {
		if e.Kind == rule.AppEvent {
			return ofTransaction
		}
		packetEvent = true
	}
	switch {
	case len(r.Buffers) > 0 || len(r.Files) > 0:
		return ofTransaction
	case packetEvent:
		return ofEvents
	case r.Payload.Chain != nil:
		return ofPayload
	case r.ProtocolOnly:
		return ofProtocol
	case likeAddresses(r) && !excludes(r.Head.Src) && !excludes(r.Head.Dst):
		return ofAddresses
	}
	return ofHeaders
}

// likeAddresses tells whether a rule asks for nothing but addresses. Those that exclude some are held against each packet, but speak of
// the flow all the same (user guide, Rule Types).
func likeAddresses(r *rule.Signature) bool {
	return r.IPCompatible && r.Flow == rule.FlowState{} && ipCarrier(r.Head.Carrier) && len(r.Head.Apps) == 0
}

func excludes(a *rule.Addresses) bool { return a != nil && a.Negated }

// aboutApp tells whether a rule asks for nothing but a direction, beside an application protocol.
func aboutApp(r *rule.Signature) bool {
	f := r.Flow
	f.ToServer, f.ToClient = false, false
	return len(r.Tests) == 0 && f == rule.FlowState{}
}

func ipCarrier(c rule.Carrier) bool { return c != rule.ARP && c != rule.Ether && c != rule.AnyFrame }

// needsPacket tells whether a chain counts from the beginning of something: then it is held against each packet, too.
func needsPacket(c *content.Chain) bool {
	for _, s := range c.Steps {
		if x, ok := s.(*content.Content); ok && (x.HasOffset || x.HasDepth) {
			return true
		}
	}
	return false
}

// onlyNegated tells whether a chain asks only for what is not there.
func onlyNegated(c *content.Chain) bool {
	for _, s := range c.Steps {
		x, ok := s.(*content.Content)
		if !ok || !x.Negated {
			return false
		}
	}
	return true
}

// wholeOnly tells whether a chain can only be judged once its buffer is complete.
func wholeOnly(c *content.Chain) bool {
	for _, s := range c.Steps {
		switch x := s.(type) {
		case *content.Content:
			if x.Negated || x.EndsWith {
				return true
			}
		case *content.Size:
			return true
		case *content.DataAt:
			if x.Negated {
				return true
			}
		case *content.Pattern:
			if x.Negated {
				return true
			}
		}
	}
	return false
}

func metadata(pairs rule.Pairs) (m map[string][]string) {
	pairs.Each(func(p rule.Pair) {
		if m == nil {
			m = map[string][]string{}
		}
		m[p.Key] = append(m[p.Key], p.Value)
	})
	return m
}

// classesOf are the classes of packets that a rule may match.
func classesOf(r *rule.Signature) []class {
	switch r.Head.Carrier {
	case rule.TCP, rule.TCPPacket, rule.TCPStream:
		return []class{classTCP}
	case rule.UDP:
		return []class{classUDP}
	case rule.ICMP, rule.ICMPv4, rule.ICMPv6, rule.SCTP, rule.IGMP, rule.GRE, rule.ESP, rule.AH:
		return []class{classOther}
	case rule.ARP:
		return []class{classFrame}
	case rule.Ether, rule.AnyFrame:
		return []class{classTCP, classUDP, classOther, classFrame}
	}
	if len(r.Head.Apps) > 0 {
		return []class{classTCP, classUDP}
	}
	return []class{classTCP, classUDP, classOther}
}

// classOf is the class of a packet.
func classOf(p *wire.Packet) class {
	switch p.Kind {
	case wire.TCP:
		return classTCP
	case wire.UDP:
		return classUDP
	case wire.IP, wire.ICMP, wire.Fragment:
		return classOther
	}
	return classFrame
}
