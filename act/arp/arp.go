// Package arp keeps a machine from its neighbours by answering in their names (ARP, RFC 826; neighbour discovery, RFC 4861):
// the last resort where switches can do nothing.
//
// In segments that the configuration names, and nowhere else, Yagura tells the machine that each neighbour and the gateway is at
// Yagura's own hardware address, and tells them the same of the machine. What comes then is not passed on. Frames carry Yagura's own
// address as their Ethernet source, for another's would teach the switch a wrong port that outlasts the release. Gateways,
// machines of the never-touch list and Yagura's own machine are never the ones who are cut.
//
// It holds only while Yagura speaks. When Yagura ends, however it ends, caches heal within about a minute and the machine is back:
// it fails open. After a release the truth is sent for more than a second, because Linux ignores a change within a second of the
// last one; what a restart interrupts is remembered and mended then. A machine that keeps fixed ARP entries, switches that
// inspect ARP, and IPv6 neighbours that have not been heard of yet escape it.
package arp

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is ARP and neighbour discovery.
var Enforcer = act.Enforcer{
	Name:  "arp",
	Title: event.Text{JA: "ARPによる足止め（最後の手段）", EN: "containment by ARP (last resort)"},
	Undo: event.Text{
		JA: "櫓を止めれば、1分ほどで各端末の記憶が元に戻り、すべて通信できるようになります。すぐに戻すには、その端末とゲートウェイで「arp -d *」（Linuxは「ip neigh flush all」）を実行するか、LANケーブルを抜き差ししてください。",
		EN: "Stop Yagura: within about a minute every machine's cache is right again and everything passes. To be quicker, run `arp -d *` (Linux: `ip neigh flush all`) on the machine and the gateway, or unplug and plug in its cable.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// Config says where this is allowed at all.
type Config struct {
	Segments []Segment     `yaml:"segments"` // only here; each one is a decision of its own
	Every    time.Duration `yaml:"every"`    // what was said is said again so often, 500 ms–30 s
	Rate     int           `yaml:"rate"`     // frames a second that one segment bears, 50–5000
}

// Segment is one layer 2 network in which Yagura's machine stands.
type Segment struct {
	Interface string         `yaml:"interface"` // Yagura's own in that network
	Prefixes  []netip.Prefix `yaml:"prefixes"`  // its addresses, IPv4 (/20 or smaller) and IPv6; link-local belongs to it anyway
	Gateways  []netip.Addr   `yaml:"gateways"`  // its routers: never cut themselves; routers that announce themselves (IPv6) are found
}

// DefaultConfig allows it nowhere.
func DefaultConfig() Config { return Config{Every: 2 * time.Second, Rate: 500} }

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(c.Segments) == 0 {
		bad("segments: none is named: name each network in which ARP containment is allowed")
	}
	if c.Every < 500*time.Millisecond || c.Every > 30*time.Second {
		bad("every: %v is out of range: use 500ms to 30s", c.Every)
	}
	if c.Rate < 50 || c.Rate > 5000 {
		bad("rate: %d is out of range: use 50 to 5000", c.Rate)
	}
	seen := map[string]bool{}
	for i, s := range c.Segments {
		at := fmt.Sprintf("segments[%d]", i)
		if s.Interface == "" || seen[s.Interface] {
			bad("%s.interface: %q: name one interface, once", at, s.Interface)
		}
		seen[s.Interface] = true
		if len(s.Prefixes) == 0 {
			bad("%s.prefixes: none is named", at)
		}
		v4 := false
		for _, p := range s.Prefixes {
			v4 = v4 || p.Addr().Is4()
			if !p.IsValid() || p.Addr().Is4() && p.Bits() < 20 || p.Addr().Is6() && p.Bits() < 48 {
				bad("%s.prefixes: %s is no single network: use /20 or smaller, IPv6 /48 or smaller", at, p)
			}
		}
		if v4 && len(s.Gateways) == 0 {
			bad("%s.gateways: name its routers, so that none of them is ever cut", at)
		}
		for _, g := range s.Gateways {
			if !s.has(g) {
				bad("%s.gateways: %s is not in its prefixes", at, g)
			}
		}
	}
	return errors.Join(errs...)
}

// has reports whether an address belongs to the segment.
func (s Segment) has(a netip.Addr) bool {
	if a.Is6() && a.IsLinkLocalUnicast() {
		return true
	}
	for _, p := range s.Prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func open(config any, d act.Deps) (act.Hand, error) {
	return openIn(config, d, func(f func() error) error { return f() })
}

// openIn opens the interfaces where in leads: tests have them in a network namespace.
func openIn(config any, d act.Deps, in func(func() error) error) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *arp.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	h := &hand{cfg: *c, deps: d, in: in, memory: d.Memory("arp")}
	if err := h.memory.Load(&h.kept); err != nil {
		return nil, err
	}
	for _, s := range c.Segments {
		seg, err := openSegment(s, c, h)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("arp: interface %s: %w", s.Interface, err), h.Close())
		}
		h.segments = append(h.segments, seg)
	}
	return h, nil
}
