package detect

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/intel"
)

// Assets says which machine an address was at a moment; asset.Inventory satisfies it.
type Assets interface {
	Device(ip netip.Addr, at time.Time) event.Device
}

// MACs is what Assets may know beside: the machine of an Ethernet address, for findings below IP.
type MACs interface {
	DeviceByMAC(mac event.MAC, at time.Time) event.Device
}

// Namer is what Assets may know beside: which machine a finding is about, behind proxies and translators too.
type Namer interface {
	Endpoint(f *event.Finding) event.Device
}

// Translators is what Assets may know beside: machines whose conversations are seen a second time, behind them.
type Translators interface {
	Translates(ip netip.Addr) bool
}

// RoleBook is what Assets may know beside: roles, without making a whole Device.
type RoleBook interface {
	HasRole(ip netip.Addr, at time.Time, roles ...string) bool
}

// Intel answers whether something is a known indicator; intel.Library satisfies it.
type Intel interface {
	IP(ip netip.Addr, at time.Time) (intel.Indicator, bool)
	Domain(name string, at time.Time) (intel.Indicator, bool)
	URL(host, uri string, at time.Time) (intel.Indicator, bool)
	Value(kind intel.Kind, value string, at time.Time) (intel.Indicator, bool)
}

// Deps is what detectors may ask. The engine fills what is nil with answers that know nothing.
type Deps struct {
	Home   func(netip.Addr) bool   // inside networks; nil: private addresses
	Zone   func(netip.Addr) string // zone of an inside address, "" outside; nil: always ""
	Assets Assets                  // nil: a machine is its address
	Intel  Intel                   // nil: no indicators
	Log    *slog.Logger            // nil: silent
	Facts  *Facts                  // the shared gates; made by the engine
}

func (d Deps) complete() Deps {
	if d.Home == nil {
		d.Home = privateAddress
	}
	if d.Zone == nil {
		d.Zone = func(netip.Addr) string { return "" }
	}
	if d.Assets == nil {
		d.Assets = bareAssets{}
	}
	if d.Intel == nil {
		d.Intel = noIntel{}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Facts == nil {
		d.Facts = NewFacts(d.Home)
		if t, ok := d.Assets.(Translators); ok {
			d.Facts.again = t.Translates
		}
	}
	return d
}

// Actor is the inside machine to act on and the other side: the client when it
// is inside; the inside server when the client is outside. ok is false when
// both are outside.
func (d Deps) Actor(c *event.Conn) (device, peer event.Endpoint, ok bool) {
	switch {
	case d.Home(c.Src.IP):
		return c.Src, c.Dst, true
	case d.Home(c.Dst.IP):
		return c.Dst, c.Src, true
	}
	return c.Src, c.Dst, false
}

// Outbound reports that an inside client talks to an outside server.
func (d Deps) Outbound(c *event.Conn) bool {
	return c.Dst.IP.IsValid() && d.Home(c.Src.IP) && !d.Home(c.Dst.IP) && !c.Dst.IP.IsMulticast()
}

// HasRole reports whether the machine at ip holds one of the roles, confirmed or learnt from what cannot be feigned cheaply.
func (d Deps) HasRole(ip netip.Addr, at time.Time, roles ...string) bool {
	if b, ok := d.Assets.(RoleBook); ok {
		return b.HasRole(ip, at, roles...)
	}
	dev := d.Assets.Device(ip, at)
	for _, r := range roles {
		if dev.HasRole(r) {
			return true
		}
	}
	return false
}

func privateAddress(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsPrivate() || ip.IsLinkLocalUnicast()
}

type bareAssets struct{}

func (bareAssets) Device(ip netip.Addr, _ time.Time) event.Device { return event.Device{IP: ip} }

type noIntel struct{}

func (noIntel) IP(netip.Addr, time.Time) (i intel.Indicator, ok bool)            { return }
func (noIntel) Domain(string, time.Time) (i intel.Indicator, ok bool)            { return }
func (noIntel) URL(string, string, time.Time) (i intel.Indicator, ok bool)       { return }
func (noIntel) Value(intel.Kind, string, time.Time) (i intel.Indicator, ok bool) { return }
