package lanspoof

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// pool is a range of addresses on one segment; servers of different pools have nothing to do with each other.
type pool struct {
	vlan uint16
	net  netip.Prefix
}

// server is who gives out addresses of a pool.
type server struct {
	ip       netip.Addr
	since    time.Time
	gateways []netip.Addr
	served   int
	told     int
}

// maxServers bounds the servers of one pool; a pool has one or two.
const maxServers = 8

// servers are those of a pool, in order of appearance.
type servers struct{ list []server }

// settled is after how long the servers of a pool are taken for granted.
const settled = 24 * time.Hour

// offer notes who gives out addresses, and judges one that joins (RFC 2131 §4.3.1; DETECTIONS 29).
func (n *instance) offer(e *event.DHCPActivity, emit detect.Emit) {
	from := e.ServerIP
	if !from.IsValid() || from.IsUnspecified() {
		from = e.Dst.IP
	}
	if !from.Is4() || !e.YourIP.Is4() || e.YourIP.IsUnspecified() {
		return
	}
	prefix, err := e.YourIP.Prefix(24)
	if err != nil {
		return
	}
	s, _ := n.pools.Touch(pool{e.VLAN, prefix}, e.Time)
	i := slices.IndexFunc(s.list, func(x server) bool { return x.ip == from })
	if i < 0 {
		if len(s.list) >= maxServers {
			return
		}
		i = len(s.list)
		s.list = append(s.list, server{ip: from, since: e.Time})
	}
	x := &s.list[i]
	x.served++
	if len(e.Routers) > 0 && len(e.Routers) <= maxServers {
		x.gateways = e.Routers
	}
	if i == 0 || x.told > 0 && x.served < 10*x.told || n.deps.HasRole(from, e.Time, "dhcp", "gateway", "dc") {
		return
	}
	first := s.list[0]
	own := slices.Contains(x.gateways, from) && len(first.gateways) > 0 && !slices.Contains(first.gateways, from)
	late := x.since.Sub(first.since) >= settled
	if own || late {
		n.tellRogue(e, x, first, own, emit)
		x.told = x.served
	}
}

func (n *instance) tellRogue(e *event.DHCPActivity, x *server, first server, own bool, emit detect.Emit) {
	f := event.Finding{
		Behaviour: "net.rogue_dhcp", Severity: event.Medium, Confidence: 65, Weight: 0.5,
		Device: event.Device{IP: x.ip}, Peers: []event.Endpoint{{IP: first.ip}, {IP: e.YourIP, MAC: e.ClientMAC}}, Subject: "dhcp", Count: x.served - x.told, First: x.since,
		Summary: detect.Say("%s が、正規のサーバー %s とは別に、端末へアドレスを%d回配りました。", "%s gave out addresses beside the server %s (%d times).", x.ip, first.ip, x.served),
		Reasons: []event.Reason{detect.Because("served", float64(x.served), 1, "answers",
			detect.Say("同じ範囲のアドレスを別の機器が先に配っており、この機器は%d回返答しました。", "Another machine gave out the same range before; this one answered %d times.", x.served))},
		Evidence: []event.Evidence{detect.Seen(e.Time, &e.Conn, e.Message)},
	}
	if e.Dst.IP == x.ip {
		f.Device.MAC = e.Dst.MAC
	}
	f.Time = e.Time
	if own {
		f.Severity, f.Confidence, f.SingleShot = event.High, 85, true
		f.Reasons = append(f.Reasons, detect.Because("own_gateway", 1, 1, "", event.Text{JA: "外への出口として、自分自身を教えています。", EN: "It names itself as the way to the outside."}))
	}
	emit(f)
}
