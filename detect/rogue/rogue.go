// Package rogue finds machines in a zone to which only admitted machines may be connected.
package rogue

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config says which zones have an admission list, and what stands on it beside the list of assets.
type Config struct {
	Zones []string      `yaml:"zones"` // zones to which only admitted machines may be connected
	Allow []string      `yaml:"allow"` // Ethernet addresses that are admitted beside those of the lists of assets (asset.csv)
	Learn time.Duration `yaml:"learn"` // machines seen within this time after the first start are admitted too; 0: the lists alone
}

// DefaultConfig guards no zone: which zones have a list is the town's own.
func DefaultConfig() Config { return Config{} }

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Learn < 0 {
		return fmt.Errorf("learn %s: write 0 or a time such as 336h", c.Learn)
	}
	for _, m := range c.Allow {
		if _, err := event.ParseMAC(m); err != nil {
			return fmt.Errorf("allow: %w", err)
		}
	}
	return nil
}

// Bounds of the state.
const (
	maxMachines = 20_000
	maxOwn      = 4 // addresses that a machine may have itself: one that sends for more passes traffic on
)

// Detector tells of Ethernet addresses in guarded zones that no list admits.
var Detector = detect.Detector{
	Info:       advisory,
	Behaviours: []string{behaviour},
	Reads:      []event.Event{(*event.DHCPActivity)(nil), (*event.NetworkActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		n := &instance{cfg: c, deps: d, allow: map[event.MAC]bool{}, seen: detect.NewTable[event.MAC, machine](maxMachines, 0)}
		for _, m := range c.Allow {
			mac, _ := event.ParseMAC(m) // Validate has seen it
			n.allow[mac] = true
		}
		return n
	},
}

// machine is one Ethernet address in a guarded zone.
type machine struct {
	sends    []netip.Addr
	first    time.Time
	admitted bool // while the zone was learnt
	told     bool
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	allow map[event.MAC]bool
	since time.Time // the first moment ever
	seen  *detect.Table[event.MAC, machine]
}

// Advance implements detect.Instance: silence admits nobody.
func (*instance) Advance(time.Time, detect.Emit) {}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.seen.Stats() }

// Observe looks at who is connected to a guarded zone.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	if len(n.cfg.Zones) == 0 {
		return
	}
	switch a := e.(type) {
	case *event.DHCPActivity:
		if a.Message == "ACK" && a.YourIP.IsValid() {
			n.present(a.ClientMAC, a.YourIP, a.Hostname, &a.Conn, a.Time, emit)
		}
	case *event.NetworkActivity:
		if a.ARP != nil && a.ARP.SenderIP.IsValid() {
			n.present(a.ARP.Sender, a.ARP.SenderIP, "", &a.Conn, a.Time, emit)
		} else if a.ARP == nil && a.Activity == event.FlowOpen {
			n.frame(a, emit)
		}
	}
}

// settle is how long a frame's sender is watched before it is taken for a machine: a router soon sends for others too.
const settle = time.Minute

// frame looks at who sent a frame, which may have been a router.
func (n *instance) frame(a *event.NetworkActivity, emit detect.Emit) {
	if a.Src.MAC.IsZero() || !slices.Contains(n.cfg.Zones, n.deps.Zone(a.Src.IP)) {
		return
	}
	m, _ := n.seen.Touch(a.Src.MAC, a.Time)
	if n.since.IsZero() {
		n.since = a.Time
	}
	if m.first.IsZero() {
		m.first = a.Time
	}
	if len(m.sends) <= maxOwn && !slices.Contains(m.sends, a.Src.IP) {
		m.sends = append(m.sends, a.Src.IP)
	}
	if d := n.deps.Assets.Device(a.Src.IP, a.Time); !d.MAC.IsZero() && d.MAC != a.Src.MAC {
		return
	}
	if a.Time.Sub(m.first) >= settle || a.Time.Sub(n.since) < n.cfg.Learn {
		n.present(a.Src.MAC, a.Src.IP, "", &a.Conn, a.Time, emit)
	}
}

func (n *instance) present(mac event.MAC, ip netip.Addr, name string, c *event.Conn, t time.Time, emit detect.Emit) {
	zone := n.deps.Zone(ip)
	if mac.IsZero() || mac.Multicast() || !slices.Contains(n.cfg.Zones, zone) || ip.IsUnspecified() {
		return
	}
	if n.since.IsZero() {
		n.since = t
	}
	m, _ := n.seen.Touch(mac, t)
	if m.first.IsZero() {
		m.first = t
	}
	if len(m.sends) <= maxOwn && !slices.Contains(m.sends, ip) {
		m.sends = append(m.sends, ip)
	}
	if m.told || m.admitted || n.allow[mac] || len(m.sends) > maxOwn || n.deps.HasRole(ip, t, "gateway") {
		return
	}
	if t.Sub(n.since) < n.cfg.Learn {
		m.admitted = true
		return
	}
	if n.listed(mac, ip, t) {
		return
	}
	m.told = true
	n.tell(mac, ip, zone, name, c, t, emit)
}

// listed reports whether a list of assets knows the Ethernet address, or, where the list has none for it, the machine.
func (n *instance) listed(mac event.MAC, ip netip.Addr, t time.Time) bool {
	d := n.deps.Assets.Device(ip, t)
	if m, ok := n.deps.Assets.(detect.MACs); ok {
		d = m.DeviceByMAC(mac, t)
	}
	return slices.ContainsFunc(d.Bindings, func(b event.Binding) bool { return b.Source == "csv" })
}

// kept is what outlives a restart.
type kept struct {
	Since    time.Time   `json:"since"`
	Admitted []event.MAC `json:"admitted"`
	Told     []event.MAC `json:"told"`
}

// Save implements detect.Keeper.
func (n *instance) Save() ([]byte, error) {
	k := kept{Since: n.since}
	for mac, m := range n.seen.All() {
		if m.admitted {
			k.Admitted = append(k.Admitted, mac)
		}
		if m.told {
			k.Told = append(k.Told, mac)
		}
	}
	return json.Marshal(k)
}

// Restore implements detect.Keeper.
func (n *instance) Restore(text []byte) error {
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return fmt.Errorf("rogue: what was kept cannot be read: %w", err)
	}
	n.since = k.Since
	for _, mac := range k.Admitted {
		m, _ := n.seen.Touch(mac, k.Since)
		m.admitted = true
	}
	for _, mac := range k.Told {
		m, _ := n.seen.Touch(mac, k.Since)
		m.told = true
	}
	return nil
}
