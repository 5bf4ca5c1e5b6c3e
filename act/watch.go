package act

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Watcher is told whose packets the sensor shall hand to Manager.Sighting; each call replaces the one before.
type Watcher interface {
	Watch(ips []netip.Addr, macs []event.MAC)
}

// maxFlows bounds what is remembered of one machine; further conversations are counted, not followed.
const maxFlows = 4096

// maxNamed bounds how many conversations are named in an order.
const maxNamed = 32

// watch is the observation of one order's machine. It is guarded by Manager.eyes.
type watch struct {
	ips     []netip.Addr
	nets    []netip.Prefix // of a segment: what stays within it says nothing
	mac     event.MAC
	segment bool
	applied time.Time // zero: not yet; what is seen before is the baseline only
	flows   map[flowKey]*flow

	seen     int       // packets of the machine since applied
	attempts int       // of these, those that prove nothing
	lastPass time.Time // capture time of the last packet that passed since applied
	passes   map[string]time.Time
	tries    map[string]int
	untold   int // conversations beyond maxFlows
}

func newWatch(o event.Order) *watch {
	return &watch{ips: o.IPs, nets: o.Nets, segment: o.Segment != "", mac: o.MAC, flows: map[flowKey]*flow{}, passes: map[string]time.Time{}, tries: map[string]int{}}
}

// begin sets the moment from which on nothing may pass.
func (w *watch) begin(applied time.Time) {
	w.applied, w.lastPass = applied, time.Time{}
	w.seen, w.attempts = 0, 0
	clear(w.passes)
	clear(w.tries)
}

// mine tells which side of a packet is the machine.
func (w *watch) mine(s event.Sighting) (side int, ok bool) {
	is := func(e event.Endpoint) bool {
		ip := e.IP.Unmap().WithZone("")
		return e.IP.IsValid() && (slices.Contains(w.ips, ip) || slices.ContainsFunc(w.nets, func(p netip.Prefix) bool { return p.Contains(ip) })) ||
			!w.mac.IsZero() && e.MAC == w.mac
	}
	switch {
	case w.segment && is(s.Src) && is(s.Dst):
		return 0, false
	case is(s.Src):
		return own, true
	case is(s.Dst):
		return peer, true
	}
	return 0, false
}

// see takes one packet of the machine.
func (w *watch) see(from int, s event.Sighting) {
	f := w.flow(from, s)
	if f == nil {
		return
	}
	passed := f.see(from, s, w.applied)
	if w.applied.IsZero() || s.Time.Before(w.applied) {
		return
	}
	w.seen++
	label := label(from, s)
	if !passed {
		f.attempts++
		w.attempts++
		if _, known := w.tries[label]; known || len(w.tries) < maxFlows {
			w.tries[label]++
		}
		return
	}
	f.passed = true
	if _, known := w.passes[label]; known || len(w.passes) < maxFlows {
		w.passes[label] = s.Time
	}
	if s.Time.After(w.lastPass) {
		w.lastPass = s.Time
	}
}

func (w *watch) flow(from int, s event.Sighting) *flow {
	me, other := s.Src, s.Dst
	if from == peer {
		me, other = s.Dst, s.Src
	}
	k := flowKey{own: me.IP, peer: other.IP, ownPort: me.Port, peerPort: other.Port, proto: s.Proto}
	if s.Proto == event.ProtoICMP || s.Proto == event.ProtoICMPv6 {
		k.ownPort, k.peerPort = 0, 0
	}
	f := w.flows[k]
	if f == nil {
		if len(w.flows) >= maxFlows {
			w.untold++
			return nil
		}
		f = &flow{}
		w.flows[k] = f
	}
	return f
}

// label names a conversation for people: peer, protocol, family.
func label(from int, s event.Sighting) string {
	other, port := s.Dst.IP, s.Dst.Port
	if from == peer {
		other, port = s.Src.IP, s.Src.Port
	}
	family := "IPv4"
	if other.Is6() && !other.Is4In6() {
		family = "IPv6"
	}
	switch s.Proto {
	case event.ProtoTCP, event.ProtoUDP:
		return fmt.Sprintf("%s %s/%d (%s)", other, s.Proto, port, family)
	}
	return fmt.Sprintf("%s %s (%s)", other, s.Proto, family)
}

// passing names what passed at or after since, latest first.
func (w *watch) passing(since time.Time) []string {
	var out []string
	for name, at := range w.passes {
		if !at.Before(since) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if c := w.passes[b].Compare(w.passes[a]); c != 0 {
			return c
		}
		return compare(a, b)
	})
	return out[:min(len(out), maxNamed)]
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// partly reports whether something is cut while something else passes at or after since.
func (w *watch) partly(since time.Time) bool {
	for name := range w.tries {
		if at, passed := w.passes[name]; !passed || at.Before(since) {
			return true
		}
	}
	return false
}

// counts reports whether a packet can tell anything about an isolation: not
// what stays on the link by nature (ARP, RFC 826; neighbour discovery,
// RFC 4861; multicast listener, RFC 2710; IGMP), not DHCP, which is left
// open, not ICMP errors, and not what is allowed.
func counts(s event.Sighting, from int, allow []Allow) bool {
	const igmp = 2
	if !s.Src.IP.IsValid() || !s.Dst.IP.IsValid() {
		return false // no IP packet: a switch's own talk, 802.1X …
	}
	switch s.Proto {
	case event.ProtoARP, igmp:
		return false
	case event.ProtoICMP:
		if t := s.Src.Port >> 8; t != 0 && t != 8 {
			return false
		}
	case event.ProtoICMPv6:
		if t := s.Src.Port >> 8; t != 128 && t != 129 {
			return false
		}
	case event.ProtoUDP:
		if dhcp(s.Src.Port) && dhcp(s.Dst.Port) {
			return false
		}
	}
	other := s.Dst
	if from == peer {
		other = s.Src
	}
	for _, a := range allow {
		if a.IP == other.IP.Unmap() && (a.Port == 0 || s.Proto == a.proto() && a.Port == other.Port) || a.leads(s.Proto, other.Port) {
			return false
		}
	}
	return true
}

func (a Allow) proto() event.Proto {
	if a.UDP {
		return event.ProtoUDP
	}
	return event.ProtoTCP
}

// leads reports whether a packet may be one of a conversation that was led to the notice: on the machine's side of the
// router it still bears the address that the machine asked for. Such conversations can prove nothing; the router's own
// counters and what is read back from it must.
func (a Allow) leads(proto event.Proto, port uint16) bool {
	return a.Lead && (!a.UDP && proto == event.ProtoTCP && port == 80 || a.UDP && proto == event.ProtoUDP && port == 53)
}

func dhcp(port uint16) bool { return port == 67 || port == 68 || port == 546 || port == 547 }
