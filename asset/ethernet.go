package asset

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// ethernet learns the MAC of an address that speaks on the sensor's segment. A
// router sends for many addresses, and for outside ones; it is not the machine.
func (v *Inventory) ethernet(p event.Endpoint, t time.Time) {
	if !p.IP.IsValid() || p.IP.IsMulticast() || p.IP.IsUnspecified() || p.IP.IsLinkLocalUnicast() && p.IP.Is4() {
		return
	}
	inside := v.home(p.IP)
	if p.MAC.IsZero() || p.MAC.Multicast() {
		if inside {
			v.at(p.IP, t)
		}
		return
	}
	if inside && v.fresh(p, t) {
		return
	}
	c := v.carrier(p.MAC, t)
	c.carry(p.IP, inside)
	if c.router {
		v.unroute(p.MAC, c)
	}
	switch {
	case !inside:
		return
	case c.router:
		v.at(p.IP, t)
		return
	}
	if m := v.holder(p.IP.Unmap(), t); m != nil && !m.mac.IsZero() && m.mac != p.MAC {
		if b, ok := m.latest("ip", t); ok && b.Source != fromEthernet && t.Sub(b.Last) < current {
			m.touch(t) // DHCP and ARP know better than a frame that was forwarded
			return
		}
	}
	v.hold(p.IP, v.byMAC(p.MAC, t), fromEthernet, t)
}

// freshFor is for how long a machine that was just seen at its address is not looked at again.
const freshFor = 5 * time.Second

// fresh reports that the machine of that Ethernet address was seen at that address a moment ago: most frames say nothing new.
func (v *Inventory) fresh(p event.Endpoint, t time.Time) bool {
	hs := v.byIP[p.IP.Unmap()]
	if len(hs) == 0 {
		return false
	}
	h := &hs[len(hs)-1]
	gap := t.Sub(h.last)
	if h.machine.mac != p.MAC || gap < 0 || gap > freshFor {
		return false
	}
	h.machine.touch(t)
	return true
}

// carrier is what one Ethernet address was seen to send for.
type carrier struct {
	carried map[netip.Addr]bool
	claimed map[netip.Addr]bool // by ARP
	since   time.Time           // when it was met
	router  bool
	undone  bool
}

// maxOwn is how many IPv4 addresses a machine may reasonably have itself.
const maxOwn = 4

// maxCarriers bounds the Ethernet addresses that are watched.
const maxCarriers = 50_000

func (v *Inventory) carrier(mac event.MAC, t time.Time) *carrier {
	c := v.carried[mac]
	if c == nil {
		if len(v.carried) >= maxCarriers {
			clear(v.carried)
			v.evicted++
		}
		c = &carrier{carried: map[netip.Addr]bool{}, claimed: map[netip.Addr]bool{}, since: t}
		v.carried[mac] = c
	}
	return c
}

func (c *carrier) carry(ip netip.Addr, inside bool) {
	if !inside {
		c.router = true
		return
	}
	if !ip.Unmap().Is4() || c.router || c.carried[ip] { // claims only make more of them its own
		return
	}
	c.carried[ip] = true
	own := 0
	for a := range c.carried {
		if c.claimed[a] {
			own++
		}
	}
	c.router = len(c.carried)-own > maxOwn
}

func (c *carrier) claim(ip netip.Addr) {
	if len(c.claimed) <= maxOwn {
		c.claimed[ip] = true
	}
	if len(c.claimed) > maxOwn {
		c.router = true
	}
}

// unroute takes back the addresses that a router was first thought to have, once.
func (v *Inventory) unroute(mac event.MAC, c *carrier) {
	if c.undone {
		return
	}
	c.undone = true
	m := v.byUID["mac:"+mac.String()]
	if m == nil {
		return
	}
	keep := m.bindings[:0]
	for _, b := range m.bindings {
		ip, err := netip.ParseAddr(b.Value)
		if b.Field == "ip" && b.Source == fromEthernet && err == nil && !c.claimed[ip] {
			v.release(ip, m)
			continue
		}
		keep = append(keep, b)
	}
	m.bindings = keep
	if len(m.addresses(m.last)) == 0 {
		v.forget(m)
	}
}

// release takes an address back from m and leaves it a machine of its own, with what was known of that before.
func (v *Inventory) release(ip netip.Addr, m *machine) {
	hs := v.byIP[ip]
	for i := range hs {
		h := &hs[i]
		if h.machine != m {
			continue
		}
		own := v.restored(h.melted)
		if own == nil {
			own = v.machine("ip:"+ip.String(), event.MAC{}, h.from)
		}
		own.bind("ip", ip.String(), fromEthernet, h.from)
		own.bind("ip", ip.String(), fromEthernet, h.last)
		h.machine, h.melted = own, nil
	}
}

// restored takes up a machine again that had melted into another one; nil: there is none, or one of its name has come meanwhile.
func (v *Inventory) restored(m *machine) *machine {
	if m == nil || v.byUID[m.uid] != nil {
		return nil
	}
	v.byUID[m.uid] = m
	for _, b := range m.bindings {
		if b.Field == "hostname" {
			v.call(m, b.Value, b.Source, b.Last)
		}
	}
	v.match(m)
	return m
}
