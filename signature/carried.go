package signature

import (
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Ports and protocols of what carries packets (IANA).
const (
	protoIPIP   = 4
	protoIPv6   = 41
	protoGRE    = 47
	portTeredo  = 3544
	portVXLAN   = 4789
	portGeneve  = 6081
	maxCarriers = 8
)

// carried tells where a packet came from, in the words that EVE has for it.
func carried(a *event.Alert, v *view) {
	p := v.p
	o := p.Outer
	switch {
	case v.end:
		a.Source = "stream (flow timeout)"
		return
	case p.Whole:
		a.Source = "Defrag"
		return
	case o == nil:
		a.Source = "wire/pcap"
		return
	}
	a.Source = carrier(o)
	a.Tunnel = &event.Conn{Proto: o.Proto}
	a.Tunnel.Src = event.Endpoint{IP: o.Src.IP(), Port: o.SrcPort}
	a.Tunnel.Dst = event.Endpoint{IP: o.Dst.IP(), Port: o.DstPort}
	for ; o != nil && a.Depth < maxCarriers; o = o.Outer {
		a.Depth++
	}
}

func carrier(o *wire.Packet) string {
	switch {
	case o.Proto == protoGRE:
		return "gre tunnel"
	case o.Proto == protoIPIP, o.Proto == protoIPv6 && o.Src.IP().Is4():
		return "ipv4 tunnel"
	case o.Proto != event.ProtoUDP:
		return "ipv6 tunnel"
	}
	switch {
	case o.DstPort == portVXLAN || o.SrcPort == portVXLAN:
		return "vxlan encapsulation"
	case o.DstPort == portGeneve:
		return "geneve encapsulation"
	case o.DstPort == portTeredo || o.SrcPort == portTeredo:
		return "teredo tunnel"
	}
	return "wire/pcap"
}
