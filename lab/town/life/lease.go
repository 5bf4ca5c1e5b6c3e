package life

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// lease: each PC asks for its address when it is switched on; one morning in forty it is given another one.
func lease(s *stage.Stage) {
	each(s, "lease", anyPC, func(c *stage.Scene) {
		c.Daily(func(on, _ time.Time) time.Time { return on }, func() {
			if c.Chance(0.025) {
				s.Lease(c.Me)
			}
			Address(c)
		})
	})
}

// Address is the exchange by which a PC gets the address that it has, and the ARP by which it tells it.
func Address(c *stage.Scene) {
	m := c.Me
	k := c.Reach(c.Servers["dhcp"], 67, event.ProtoUDP)
	k.Src.Port = 68
	base := event.DHCPActivity{Conn: k, ClientMAC: m.MAC, Hostname: m.Name, Vendor: "MSFT 5.0", XID: c.Rand.Uint32(), Params: "1,3,6,15,31,33,43,44,46,47,119,121,249,252"}
	ask, ack := base, base
	ask.Message, ask.RequestedIP = "REQUEST", m.IP
	ack.Message, ack.YourIP, ack.ServerIP, ack.LeaseSec, ack.Routers = "ACK", m.IP, c.Servers["dhcp"].IP, 8*86400, append(ack.Routers, m.Net.Gateway)
	c.Emit(0, &ask)
	c.Emit(5*time.Millisecond, &ack)
	if m.Far {
		return
	}
	hello := event.Conn{Proto: event.ProtoARP, Src: event.Endpoint{IP: m.IP, MAC: m.MAC}}
	c.Emit(20*time.Millisecond, &event.NetworkActivity{Conn: hello, Activity: event.FlowTraffic, App: "arp", ARP: &event.ARP{Op: 1, SenderIP: m.IP, Sender: m.MAC, TargetIP: m.Net.Gateway}})
}
