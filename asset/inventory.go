package asset

import (
	"cmp"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// holding says which machine had an address since when.
type holding struct {
	machine *machine
	source  string
	from    time.Time
	last    time.Time
	melted  *machine // known by the address alone before; given back where machine turns out to be a router
}

// maxHoldings is how many former holders of one address are remembered.
const maxHoldings = 8

// Inventory is the machines of the network. Its methods may be called from several goroutines.
type Inventory struct {
	mu      sync.RWMutex
	cfg     Config
	inside  event.Inside
	zones   zoneTable
	byUID   map[string]*machine
	byIP    map[netip.Addr][]holding // oldest first
	carried map[event.MAC]*carrier
	rows    []*row
	fronts  *fronts
	nat     *natTable
	twins   map[netip.Addr]*duplicate
	called  map[string]map[*machine]time.Time // short host name → who called itself so
	evicted uint64
}

// New makes an empty inventory; Load reads the CSV files.
func New(cfg Config) (*Inventory, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	v := &Inventory{cfg: cfg, inside: event.NewInside(cfg.Home), zones: newZones(cfg.Zones), byUID: map[string]*machine{}, byIP: map[netip.Addr][]holding{}, carried: map[event.MAC]*carrier{},
		fronts: newFronts(), nat: newNAT(), twins: map[netip.Addr]*duplicate{}, called: map[string]map[*machine]time.Time{}}
	v.fronts.settled = func(ip netip.Addr) bool {
		m := v.holder(ip, time.Time{})
		if hs := v.byIP[ip]; len(hs) > 0 {
			m = hs[len(hs)-1].machine
		}
		return m != nil && v.holds(m, "proxy")
	}
	return v, nil
}

// Load reads the lists of assets again. When one has a fault, the former lines stay in force.
func (v *Inventory) Load() error {
	var rows []*row
	var errs []error
	for _, path := range v.cfg.CSV {
		r, err := readCSV(path)
		errs = append(errs, err)
		rows = append(rows, r...)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rows = rows
	for _, m := range v.byUID {
		m.row = nil
	}
	for _, r := range rows {
		v.place(r)
	}
	for _, m := range v.byUID {
		v.match(m)
	}
	return nil
}

// home reports whether ip belongs to the inside networks.
func (v *Inventory) home(ip netip.Addr) bool {
	if len(v.cfg.Home) == 0 {
		ip = ip.Unmap()
		return ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return v.inside.Contains(ip)
}

// Zone is the zone of an address by configuration; "" where none covers it.
func (v *Inventory) Zone(ip netip.Addr) string { return v.zones.of(ip) }

// Device is the machine that had ip at that time. An address that nothing is
// known of gives a device that is only its address.
func (v *Inventory) Device(ip netip.Addr, at time.Time) event.Device {
	v.mu.RLock()
	defer v.mu.RUnlock()
	ip = ip.Unmap()
	if m := v.holder(ip, at); m != nil {
		return v.device(m, ip, at)
	}
	return v.unknown(ip)
}

func (v *Inventory) unknown(ip netip.Addr) event.Device {
	return event.Device{UID: "ip:" + ip.String(), IP: ip, IPs: []netip.Addr{ip}, Zone: v.zones.of(ip), Confidence: sureBare, Unsure: unsureWords[sureBare]}
}

// DeviceByMAC is the machine with that Ethernet address, as known at that time; unknown ones are only their MAC.
func (v *Inventory) DeviceByMAC(mac event.MAC, at time.Time) event.Device {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if m := v.byUID["mac:"+mac.String()]; m != nil {
		return v.device(m, netip.Addr{}, at)
	}
	return event.Device{UID: "mac:" + mac.String(), MAC: mac}
}

// DeviceByName is the machine that alone goes by a name, short or with its domain; of namesakes none is given.
func (v *Inventory) DeviceByName(name string, at time.Time) (event.Device, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	who := v.called[shortHost(clean(name))]
	if len(who) != 1 {
		return event.Device{}, false
	}
	for m := range who {
		return v.device(m, netip.Addr{}, at), true
	}
	return event.Device{}, false
}

// holder is who had ip at that time: the last who took it before, else the first known.
func (v *Inventory) holder(ip netip.Addr, at time.Time) *machine {
	hs := v.byIP[ip]
	if i := holdingAt(hs, at); i >= 0 {
		return hs[i].machine
	}
	return nil
}

// Devices are all machines as known when last seen, by UID.
func (v *Inventory) Devices() []event.Device {
	v.mu.RLock()
	defer v.mu.RUnlock()
	out := make([]event.Device, 0, len(v.byUID))
	for _, m := range v.byUID {
		out = append(out, v.device(m, netip.Addr{}, m.last))
	}
	slices.SortFunc(out, func(a, b event.Device) int { return cmp.Compare(a.UID, b.UID) })
	return out
}

// Stats counts what is held.
type Stats struct {
	Machines  int    `json:"machines"`
	Addresses int    `json:"addresses"`
	Routers   int    `json:"routers"`
	Evicted   uint64 `json:"evicted"`
}

// Stats is a snapshot of the counters.
func (v *Inventory) Stats() Stats {
	v.mu.RLock()
	defer v.mu.RUnlock()
	s := Stats{Machines: len(v.byUID), Addresses: len(v.byIP), Evicted: v.evicted}
	for _, c := range v.carried {
		if c.router {
			s.Routers++
		}
	}
	return s
}

// byMAC is the machine of a MAC, made where it is new.
func (v *Inventory) byMAC(mac event.MAC, t time.Time) *machine {
	var b [24]byte
	if m := v.byUID[string(mac.AppendTo(append(b[:0], "mac:"...)))]; m != nil && !mac.IsZero() {
		return m
	}
	return v.machine("mac:"+mac.String(), mac, t)
}

func (v *Inventory) machine(uid string, mac event.MAC, t time.Time) *machine {
	m := v.byUID[uid]
	if m == nil {
		v.makeRoom(t)
		m = &machine{uid: uid, mac: mac}
		v.byUID[uid] = m
		m.touch(t)
		v.match(m)
	}
	return m
}

// hold says that m has ip at t. A machine known only by this address melts into one with a MAC.
func (v *Inventory) hold(ip netip.Addr, m *machine, source string, t time.Time) {
	ip = ip.Unmap()
	m.bindIP(ip, source, t)
	hs := v.byIP[ip]
	if n := len(hs); n > 0 && hs[n-1].machine == m {
		if t.After(hs[n-1].last) {
			hs[n-1].last = t
		}
		return
	}
	own := holding{machine: m, source: source, from: t, last: t}
	if n := len(hs); n > 0 && hs[n-1].machine.mac.IsZero() && !m.mac.IsZero() {
		old := hs[n-1]
		own.from, own.melted = old.from, old.machine
		v.melt(old.machine, m)
		hs = hs[:n-1]
	} else if n > 0 {
		v.turned(ip, hs[n-1].machine, m, t)
	}
	if len(hs) >= maxHoldings {
		hs = slices.Delete(hs, 0, 1)
	}
	v.byIP[ip] = append(hs, own)
	v.match(m)
}

// melt gives what was learnt of an address alone to the machine that it turned out to be.
func (v *Inventory) melt(from, into *machine) {
	for _, b := range from.bindings {
		into.bind(b.Field, b.Value, b.Source, b.First)
		into.bind(b.Field, b.Value, b.Source, b.Last)
	}
	into.usages = append(into.usages, from.usages...)
	into.usages = into.usages[max(0, len(into.usages)-maxUsages):]
	for role, s := range from.standing {
		for c := range s.clients {
			v.learn(into, role, s.source, c, s.last)
		}
	}
	v.rename(from, into)
	delete(v.byUID, from.uid)
}

// at is the machine that has ip now, made from the address alone where nobody claimed it.
func (v *Inventory) at(ip netip.Addr, t time.Time) *machine {
	ip = ip.Unmap()
	if m := v.holder(ip, t); m != nil {
		m.touch(t)
		return m
	}
	m := v.machine("ip:"+ip.String(), event.MAC{}, t)
	v.hold(ip, m, fromEthernet, t)
	return m
}

// makeRoom forgets what is too old and, when full, the quarter that was unseen for longest: forged
// addresses may come by the million, and each round looks at all.
func (v *Inventory) makeRoom(now time.Time) {
	if len(v.byUID) < v.cfg.MaxDevices {
		return
	}
	all := make([]*machine, 0, len(v.byUID))
	for _, m := range v.byUID {
		if m.row == nil {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b *machine) int {
		return cmp.Or(a.last.Compare(b.last), cmp.Compare(a.uid, b.uid))
	})
	least := max(1, v.cfg.MaxDevices/4)
	for i, m := range all {
		if i >= least && now.Sub(m.last) < v.cfg.Forget {
			break
		}
		v.forget(m)
		delete(v.carried, m.mac)
		v.evicted++
	}
}

// forget drops a machine; what its Ethernet address sends for stays known, or a router would become a machine again.
func (v *Inventory) forget(m *machine) {
	delete(v.byUID, m.uid)
	v.rename(m, nil)
	for _, b := range m.bindings {
		ip, err := netip.ParseAddr(b.Value)
		if b.Field != "ip" || err != nil {
			continue
		}
		hs := slices.DeleteFunc(v.byIP[ip], func(h holding) bool { return h.machine == m })
		if v.byIP[ip] = hs; len(hs) == 0 {
			delete(v.byIP, ip)
		}
	}
}
