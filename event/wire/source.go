package wire

import "github.com/yagura-project/yagura/event"

// Ports and protocols of what carries packets (IANA).
const (
	protoIPIP  = 4
	protoIPv6  = 41
	protoGRE   = 47
	protoL2TP  = 115
	portL2TP   = 1701
	portTeredo = 3544
	portVXLAN  = 4789
	portGeneve = 6081
)

// Source tells where the packet came from, by what carried it.
func (p *Packet) Source() event.Source {
	o := p.Outer
	switch {
	case p.Whole:
		return event.FromFragments
	case o == nil:
		return event.FromWire
	case o.Proto == protoGRE:
		return event.FromGRE
	case o.Proto == protoL2TP:
		return event.FromL2TP
	case o.Proto == protoIPIP, o.Proto == protoIPv6 && o.Src.IP().Is4():
		return event.FromIPv4
	case o.Proto != event.ProtoUDP:
		return event.FromIPv6
	case o.DstPort == portVXLAN || o.SrcPort == portVXLAN:
		return event.FromVXLAN
	case o.DstPort == portGeneve:
		return event.FromGeneve
	case o.DstPort == portTeredo || o.SrcPort == portTeredo:
		return event.FromTeredo
	case o.DstPort == portL2TP || o.SrcPort == portL2TP:
		return event.FromL2TP
	}
	return event.FromWire
}
