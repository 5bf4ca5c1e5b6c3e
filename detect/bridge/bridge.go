// Package bridge finds machines that stand in two networks which must be separate.
package bridge

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config says between which zones nobody may stand.
type Config struct {
	Zones  []string      `yaml:"zones"`  // a machine in one of these and in any other zone is told
	Moved  time.Duration `yaml:"moved"`  // seen in both within this time it stands in both; later it was moved; ≥ 1m
	Forget time.Duration `yaml:"forget"` // how long a machine's former zone is remembered; ≥ moved
}

// DefaultConfig guards the zones of the three layers (三層の対策).
func DefaultConfig() Config {
	return Config{Zones: []string{"mynumber", "lgwan"}, Moved: 10 * time.Minute, Forget: 7 * 24 * time.Hour}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	switch {
	case c.Moved < time.Minute:
		return fmt.Errorf("moved %s: write 1m or more", c.Moved)
	case c.Forget < c.Moved:
		return fmt.Errorf("forget %s: write %s (moved) or more", c.Forget, c.Moved)
	}
	return nil
}

// Bounds of the state.
const (
	maxMachines  = 20_000
	maxPlaces    = 4
	maxOwn       = 4 // addresses that a machine may have itself: one that sends for more passes traffic on
	maxSightings = 3
)

// Detector compares, by Ethernet address, name and TLS fingerprint, who is seen in which zone.
var Detector = detect.Detector{
	Info:       advisory,
	Behaviours: []string{behaviour},
	Reads:      []event.Event{(*event.DHCPActivity)(nil), (*event.NetworkActivity)(nil), (*event.Authentication)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, seen: detect.NewTable[key, places](maxMachines, c.Forget), sends: detect.NewTable[event.MAC, addresses](maxMachines, c.Forget)}
	},
}

// key is one mark by which a machine is known again.
type key struct{ kind, value string }

// place is where a mark was seen.
type place struct {
	zone string
	ip   netip.Addr
	mac  event.MAC
	last time.Time
	n    int
}

type places struct {
	list  []place
	wide  bool // a fingerprint of several machines of one zone: a common program
	ended bool // told, or too common
}

// addresses are those that a MAC sent for.
type addresses struct{ list []netip.Addr }

type instance struct {
	cfg   Config
	deps  detect.Deps
	seen  *detect.Table[key, places]
	sends *detect.Table[event.MAC, addresses]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.seen.Expire(now)
	n.sends.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	a, b := n.seen.Stats(), n.sends.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

// Observe takes the marks that an event shows.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch a := e.(type) {
	case *event.DHCPActivity:
		if a.Message == "ACK" && a.YourIP.IsValid() {
			n.mark(key{"mac", a.ClientMAC.String()}, a.YourIP, a.ClientMAC, a.Time, emit)
			n.mark(key{"name", host(a.Hostname)}, a.YourIP, a.ClientMAC, a.Time, emit)
		}
	case *event.NetworkActivity:
		n.flow(a, emit)
	case *event.Authentication:
		if name, ok := strings.CutSuffix(a.User, "$"); ok && a.Success && a.Protocol == "kerberos" && strings.HasSuffix(a.Message, "-REP") {
			n.mark(key{"name", host(name)}, a.Src.IP, a.Src.MAC, a.Time, emit)
		}
	}
}

func (n *instance) flow(a *event.NetworkActivity, emit detect.Emit) {
	switch {
	case a.ARP != nil:
		if !a.ARP.SenderIP.IsUnspecified() {
			n.sent(a.ARP.Sender, a.ARP.SenderIP, a.Time)
			n.mark(key{"mac", a.ARP.Sender.String()}, a.ARP.SenderIP, a.ARP.Sender, a.Time, emit)
		}
	case a.Activity == event.FlowOpen:
		n.sent(a.Src.MAC, a.Src.IP, a.Time)
	case a.TLS != nil && a.TLS.JA4 != "" && a.Activity == event.FlowTraffic:
		n.mark(key{"ja4", a.TLS.JA4}, a.Src.IP, event.MAC{}, a.Time, emit)
	}
}

// sent notes for how many addresses a MAC sends: a router or a firewall stands in several zones by trade.
func (n *instance) sent(mac event.MAC, ip netip.Addr, t time.Time) {
	if mac.IsZero() || !ip.Is4() || ip.IsLinkLocalUnicast() {
		return
	}
	s, _ := n.sends.Touch(mac, t)
	if len(s.list) <= maxOwn && !slices.Contains(s.list, ip) {
		s.list = append(s.list, ip)
	}
}

// virtual are Ethernet addresses that belong to no machine: VRRP (RFC 9568 §7.3), HSRP.
func virtual(m event.MAC) bool {
	return m[0] == 0 && m[1] == 0 && (m[2] == 0x5e && m[3] == 0 || m[2] == 0x0c && m[3] == 7)
}

func (n *instance) forwards(mac event.MAC, ip netip.Addr, t time.Time) bool {
	if mac.IsZero() {
		return n.deps.HasRole(ip, t, "gateway")
	}
	s := n.sends.Peek(mac, t)
	return virtual(mac) || s != nil && len(s.list) > maxOwn || n.deps.HasRole(ip, t, "gateway")
}

// mark notes where a mark was seen, and concludes when that is a second zone.
func (n *instance) mark(k key, ip netip.Addr, mac event.MAC, t time.Time, emit detect.Emit) {
	zone := n.deps.Zone(ip)
	if k.value == "" || zone == "" || ip.IsLinkLocalUnicast() {
		return
	}
	p, _ := n.seen.Touch(k, t)
	if p.ended {
		return
	}
	i := slices.IndexFunc(p.list, func(x place) bool { return x.zone == zone })
	if i < 0 {
		if len(p.list) >= maxPlaces {
			return
		}
		i = len(p.list)
		p.list = append(p.list, place{zone: zone, ip: ip, mac: mac})
	}
	here := &p.list[i]
	p.wide = p.wide || here.ip != ip
	was := here.last
	here.ip, here.mac, here.last, here.n = ip, mac, t, here.n+1
	if k.kind == "ja4" && (p.wide || here.n < maxSightings) {
		p.ended = p.wide && len(p.list) > 1
		return
	}
	for _, other := range p.list {
		if other.zone == zone || !n.guarded(zone, other.zone) || was.After(other.last) && !was.IsZero() {
			continue
		}
		if n.forwards(mac, ip, t) || n.forwards(other.mac, other.ip, t) || k.kind == "ja4" && other.n < maxSightings || k.kind == "name" && !mac.IsZero() && mac == other.mac {
			return
		}
		n.tell(k, other, *here, emit)
		return
	}
}

func (n *instance) guarded(a, b string) bool {
	return slices.Contains(n.cfg.Zones, a) || slices.Contains(n.cfg.Zones, b)
}

func host(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	return name
}
