package lanspoof

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// claim is who last said to have an address.
type claim struct {
	mac   event.MAC
	at    time.Time
	owner event.MAC // who had it before mac came
}

// liar is what one Ethernet address took from others.
type liar struct {
	taken map[netip.Addr]time.Time
	told  int
}

// answerer is for which names one machine answered.
type answerer struct {
	names  map[string]bool
	told   int
	canary bool // told of a decoy
	wpad   bool // told of the proxy's name
}

// flood counts the DHCP clients of one server (or of the segment).
type flood struct {
	from    time.Time
	clients map[any]bool
	n       int
	told    bool
}

type instance struct {
	cfg    Config
	deps   detect.Deps
	claims *detect.Table[netip.Addr, claim]
	liars  *detect.Table[event.MAC, liar]
	names  *detect.Table[netip.Addr, answerer]
	floods *detect.Table[uint16, flood] // by VLAN
	routes routes
	pools  *detect.Table[pool, servers]
}

func newInstance(c Config, d detect.Deps) *instance {
	return &instance{cfg: c, deps: d, claims: detect.NewTable[netip.Addr, claim](20_000, time.Hour), liars: detect.NewTable[event.MAC, liar](5_000, arpWindow),
		names: detect.NewTable[netip.Addr, answerer](5_000, time.Hour), floods: detect.NewTable[uint16, flood](4096, time.Minute), routes: newRoutes(),
		pools: detect.NewTable[pool, servers](4096, 30*24*time.Hour)}
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.claims.Expire(now)
	n.liars.Expire(now)
	n.names.Expire(now)
	n.floods.Expire(now)
	n.routes.expire(now)
	n.pools.Expire(now)
}

func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.claims.Stats(), n.liars.Stats(), n.names.Stats(), n.floods.Stats(), n.routes.asked.Stats(), n.routes.pushes.Stats(),
		n.routes.claimed.Stats(), n.routes.hops.Stats(), n.pools.Stats())
}

// Observe sorts what is said on the segment.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if e.ARP != nil {
			n.arp(e, emit)
		} else {
			n.hop(e, emit)
		}
	case *event.DHCPActivity:
		n.dhcp(e, emit)
	case *event.DNSActivity:
		if e.Activity == event.DNSResponse && (e.Service == "llmnr" || e.Service == "nbns" || e.Service == "mdns") {
			n.answer(e, emit)
		}
	}
}

// arp notes who claims an address. A machine that claims the fresh addresses of
// several others lies, and one that pushes the address of another on a machine that had not asked.
func (n *instance) arp(e *event.NetworkActivity, emit detect.Emit) {
	a := e.ARP
	if a.Sender.IsZero() || a.Sender.Multicast() || !a.SenderIP.IsValid() || a.SenderIP.IsUnspecified() {
		return
	}
	unasked := n.routes.unasked(e)
	c, isNew := n.claims.Touch(a.SenderIP, e.Time)
	before := *c
	c.mac, c.at = a.Sender, e.Time
	if isNew || before.mac == a.Sender || e.Time.Sub(before.at) > arpWindow {
		return
	}
	if before.owner == a.Sender { // takes back what was its own
		return
	}
	c.owner = before.mac
	l, _ := n.liars.Touch(a.Sender, e.Time)
	if l.taken == nil {
		l.taken = map[netip.Addr]time.Time{}
	}
	for ip, at := range l.taken {
		if e.Time.Sub(at) > arpWindow {
			delete(l.taken, ip)
		}
	}
	if len(l.taken) < 256 {
		l.taken[a.SenderIP] = e.Time
	}
	if count := len(l.taken); (count >= n.cfg.Addresses || unasked) && count >= 4*l.told {
		n.tellARP(e, before.mac, count-l.told, count, emit)
		l.told = count
	}
}

func (n *instance) tellARP(e *event.NetworkActivity, owner event.MAC, more, count int, emit detect.Emit) {
	f := event.Finding{
		Behaviour: "net.arp_spoof", Severity: event.High, Confidence: 80, SingleShot: true,
		Device: event.Device{MAC: e.ARP.Sender}, Peers: []event.Endpoint{{IP: e.ARP.SenderIP, MAC: owner}}, Subject: e.ARP.Sender.String(), Count: more,
		Summary: detect.Say("機器 %s が、他の機器のアドレス%d個(%s など)を名乗りました。", "The machine %s claimed %d addresses of others (such as %s).", e.ARP.Sender, count, e.ARP.SenderIP),
		Reasons: []event.Reason{detect.Because("taken", float64(count), float64(n.cfg.Addresses), "addresses",
			detect.Say("直前まで別の機器が使っていたアドレスが%d個です。", "%d addresses were in use by other machines just before.", count))},
		Evidence: []event.Evidence{{Time: e.Time, Src: event.Endpoint{IP: e.ARP.SenderIP, MAC: e.ARP.Sender}, Dst: event.Endpoint{IP: e.ARP.TargetIP}}},
	}
	f.Time = e.Time
	emit(f)
}

// dhcp counts different clients: one machine that invents many empties the pool.
func (n *instance) dhcp(e *event.DHCPActivity, emit detect.Emit) {
	switch e.Message {
	case "OFFER", "ACK":
		n.offer(e, emit)
		return
	case "NAK", "ADVERTISE", "REPLY":
		return
	}
	s, _ := n.floods.Touch(e.VLAN, e.Time)
	if s.clients == nil || e.Time.Sub(s.from) > floodWindow {
		*s = flood{from: e.Time, clients: map[any]bool{}}
	}
	s.n++
	if len(s.clients) < 4096 {
		s.clients[e.ClientMAC] = true
		if e.ClientIP.IsValid() && !e.ClientIP.IsUnspecified() {
			s.clients[e.ClientIP] = true
		}
	}
	if s.told || len(s.clients) < n.cfg.Clients && s.n < 2*n.cfg.Clients {
		return
	}
	s.told = true
	f := event.Finding{
		Behaviour: "net.dhcp_flood", Severity: event.Medium, Confidence: 70, Weight: 0.5,
		Device: event.Device{IP: e.Src.IP, MAC: e.Src.MAC}, Peers: []event.Endpoint{e.Dst}, Subject: "dhcp", Count: s.n, First: s.from,
		Summary: detect.Say("アドレスを配る仕組み(DHCP)に、%d秒以内に%d件の要求が集中しました。", "Within %d s the address service (DHCP) was asked %d times.", int(floodWindow.Seconds()), s.n),
		Reasons: []event.Reason{detect.Because("clients", float64(len(s.clients)), float64(n.cfg.Clients), "clients",
			detect.Say("%d件の要求に%d種類の名乗りがありました。", "%d requests named %d clients.", s.n, len(s.clients)))},
		Evidence: []event.Evidence{detect.Seen(e.Time, &e.Conn, e.Message)},
	}
	f.Time = e.Time
	emit(f)
}

// answer counts the unrelated names for which one machine says "that is me".
func (n *instance) answer(e *event.DNSActivity, emit detect.Emit) {
	speaker := e.Dst.IP
	name := strings.TrimSuffix(strings.ToLower(e.Query), ".local")
	if e.RCode != "NOERROR" || name == "" || name == "*" || strings.HasSuffix(name, ".arpa") || speaker.IsMulticast() || !n.claimsIt(e, speaker) {
		return
	}
	s, _ := n.names.Touch(speaker, e.Time)
	if s.names == nil {
		s.names = map[string]bool{}
	}
	if len(s.names) < 64 {
		s.names[name] = true
	}
	count, canary := len(s.names), slices.Contains(n.cfg.Canaries, name)
	wpad := name == "wpad" && !s.wpad && count < n.cfg.Names
	if canary && !s.canary || wpad {
		s.canary, s.wpad = s.canary || canary, s.wpad || wpad
	} else if count < n.cfg.Names || count < 4*s.told {
		return
	}
	if n.deps.HasRole(speaker, e.Time, "dns", "dc", "wins") {
		return
	}
	n.tellNames(e, s, name, canary, emit)
	if !wpad {
		s.told = count
	}
}

func (n *instance) tellNames(e *event.DNSActivity, s *answerer, name string, canary bool, emit detect.Emit) {
	count := len(s.names)
	f := event.Finding{
		Behaviour: "net.name_spoof", Severity: event.High, Confidence: 82, SingleShot: true,
		Device: event.Device{IP: e.Dst.IP, MAC: e.Dst.MAC}, Peers: []event.Endpoint{e.Src}, Subject: e.Service, Count: max(1, count-s.told),
		Summary: detect.Say("%s が、%d種類の名前について「自分だ」と答えました(%s など)。", "%s answered for %d names as its own (such as %s).", e.Dst.IP, count, detect.Short(name)),
		Reasons: []event.Reason{detect.Because("names", float64(count), float64(n.cfg.Names), "names",
			detect.Say("同じ機器が%d種類の名前を名乗っています。", "One machine answers for %d names.", count))},
		Evidence: []event.Evidence{detect.Seen(e.Time, &e.Conn, name)},
	}
	f.Time = e.Time
	switch {
	case canary:
		f.Confidence = 95
		f.Reasons = append(f.Reasons, detect.Because("canary", 1, 1, "names", event.Text{JA: "誰も持っていないおとりの名前にも答えました。", EN: "It answered even for a decoy name that nobody has."}))
	case count < n.cfg.Names: // the proxy's name alone
		f.Severity, f.Confidence, f.SingleShot, f.Weight = event.Medium, 65, false, 0.5
		f.Reasons = append(f.Reasons, detect.Because("wpad", 1, 1, "names", event.Text{JA: "Webの中継先を決める名前(WPAD)を名乗っています。", EN: "It claims the name that decides about web proxies (WPAD)."}))
	}
	emit(f)
}

// claimsIt: the answer points at the one who answers.
func (n *instance) claimsIt(e *event.DNSActivity, speaker netip.Addr) bool {
	for _, a := range e.Answers {
		if ip, err := netip.ParseAddr(a.Data); err == nil && ip.Unmap() == speaker.Unmap() && (a.Type == "A" || a.Type == "AAAA" || a.Type == "NB") {
			return true
		}
	}
	return false
}
