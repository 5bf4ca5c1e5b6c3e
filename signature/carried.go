package signature

import "github.com/yagura-project/yagura/event"

const maxCarriers = 8

// carried tells where a packet came from, in the words that EVE has for it.
func carried(a *event.Alert, v *view) {
	p := v.p
	o := p.Outer
	if v.end {
		a.From = event.FromTimeout.String()
		return
	}
	a.From = p.Source().String()
	if p.Whole || o == nil {
		return
	}
	a.Tunnel = &event.Conn{Proto: o.Proto}
	a.Tunnel.Src = event.Endpoint{IP: o.Src.IP(), Port: o.SrcPort}
	a.Tunnel.Dst = event.Endpoint{IP: o.Dst.IP(), Port: o.DstPort}
	for ; o != nil && a.Depth < maxCarriers; o = o.Outer {
		a.Depth++
	}
}
