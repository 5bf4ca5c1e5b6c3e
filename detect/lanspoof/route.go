package lanspoof

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// pairIP is who asked for whom, or who was told whose address.
type pairIP [2]netip.Addr

// pushed is an answer that nobody had asked for: one machine was told that an address is at a MAC.
type pushed struct {
	mac     event.MAC
	claimed netip.Addr
	at      time.Time
}

// route is the Ethernet address through which a machine last reached the outside.
type route struct {
	mac event.MAC
	at  time.Time
}

// routes follow unasked answers (RFC 826 sends answers to questions alone) and what they change.
type routes struct {
	asked   *detect.Table[pairIP, struct{}]     // asker, asked for
	pushes  *detect.Table[netip.Addr, pushed]   // by the machine that was told
	claimed *detect.Table[event.MAC, addresses] // what one MAC pushed
	hops    *detect.Table[netip.Addr, route]    // by machine
}

type addresses struct {
	ips map[netip.Addr]time.Time
}

// askedFor is how long a question excuses an answer: a repeated question is told by the sensor once a minute.
const askedFor = 70 * time.Second

func newRoutes() routes {
	return routes{asked: detect.NewTable[pairIP, struct{}](20_000, askedFor), pushes: detect.NewTable[netip.Addr, pushed](10_000, arpWindow),
		claimed: detect.NewTable[event.MAC, addresses](5_000, arpWindow), hops: detect.NewTable[netip.Addr, route](20_000, time.Hour)}
}

func (r *routes) expire(now time.Time) {
	r.asked.Expire(now)
	r.pushes.Expire(now)
	r.claimed.Expire(now)
	r.hops.Expire(now)
}

// unasked notes questions, and reports an answer to one machine alone that this machine had not asked for.
func (r *routes) unasked(e *event.NetworkActivity) bool {
	a := e.ARP
	if a.Op == 1 {
		r.asked.Touch(pairIP{a.SenderIP, a.TargetIP}, e.Time)
		return false
	}
	if a.Op != 2 || !a.TargetIP.IsValid() || a.TargetIP == a.SenderIP || a.TargetIP.IsUnspecified() || e.Dst.MAC.IsZero() || e.Dst.MAC.Multicast() ||
		r.asked.Peek(pairIP{a.TargetIP, a.SenderIP}, e.Time) != nil {
		return false
	}
	p, _ := r.pushes.Touch(a.TargetIP, e.Time)
	*p = pushed{a.Sender, a.SenderIP, e.Time}
	c, _ := r.claimed.Touch(a.Sender, e.Time)
	if c.ips == nil {
		c.ips = map[netip.Addr]time.Time{}
	}
	if len(c.ips) < 64 {
		c.ips[a.SenderIP] = e.Time
	}
	return true
}

// hop follows the way of one machine to the outside; when it turns to who lately pushed an answer, that one listens in.
func (n *instance) hop(e *event.NetworkActivity, emit detect.Emit) {
	if e.Dst.MAC.IsZero() || e.Dst.MAC.Multicast() || !n.deps.Home(e.Src.IP) || !e.Dst.IP.IsValid() || n.deps.Home(e.Dst.IP) || e.Dst.IP.IsMulticast() {
		return
	}
	h, isNew := n.routes.hops.Touch(e.Src.IP, e.Time)
	before := *h
	*h = route{e.Dst.MAC, e.Time}
	if isNew || before.mac == e.Dst.MAC {
		return
	}
	p := n.routes.pushes.Peek(e.Src.IP, e.Time)
	if p == nil || p.mac != e.Dst.MAC || e.Time.Sub(p.at) > arpWindow || p.at.Before(before.at.Add(-arpWindow)) {
		return
	}
	f := event.Finding{
		Behaviour: "net.arp_spoof", Severity: event.High, Confidence: 82, SingleShot: true,
		Device: event.Device{MAC: p.mac}, Peers: []event.Endpoint{e.Src, {IP: p.claimed, MAC: before.mac}}, Subject: p.mac.String(),
		Summary: detect.Say("機器 %s が %s を名乗り、%s の外部への通信を自分に引き込みました。", "The machine %s claimed to be %s and drew the traffic of %s to the outside to itself.",
			p.mac, p.claimed, e.Src.IP),
		Reasons: []event.Reason{detect.Because("pushed", 1, 1, "answers",
			detect.Say("誰も尋ねていない返答が届いてから%.1f秒で、通り道が %s から変わりました。", "%.1f s behind an answer nobody had asked for, the way turned from %s.", e.Time.Sub(p.at).Seconds(), before.mac))},
		Evidence: []event.Evidence{{Time: p.at, Src: event.Endpoint{IP: p.claimed, MAC: p.mac}, Dst: e.Src}, detect.Seen(e.Time, &e.Conn, "")},
	}
	f.Time = e.Time
	emit(f)
}
