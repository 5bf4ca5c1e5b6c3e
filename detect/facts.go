package detect

import (
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/event"
)

// Limits of the shared gates: enough for 20 days of 1,300 endpoints without throwing anything out, bounded against spoofing: some
// 200 MB when all are full.
const (
	maxHosts      = 20_000
	maxPeers      = 400_000
	maxPairs      = 400_000
	maxNames      = 200_000
	memory        = 14 * 24 * time.Hour // how long facts are kept
	prevalenceCap = 16                  // beyond this a destination is simply common
)

// Facts are the gates that all detectors share: own active hours of an
// endpoint, prevalence of a destination, first contact of a pair, and the name
// by which an address was looked up.
type Facts struct {
	home  func(netip.Addr) bool
	again func(netip.Addr) bool // what it sends was seen before, from another machine; nil: never
	begun time.Time             // of the first event
	hours *Table[netip.Addr, Hours]
	peers *Table[peerKey, sources]
	pairs *Table[[2]netip.Addr, time.Time] // first contact
	names *Table[netip.Addr, string]

	domains map[string]string // name → registered domain
}

type peerKey struct {
	ip   netip.Addr
	name string
}

// NewFacts makes empty gates.
func NewFacts(home func(netip.Addr) bool) *Facts {
	return &Facts{
		home:  home,
		hours: NewTable[netip.Addr, Hours](maxHosts, memory),
		peers: NewTable[peerKey, sources](maxPeers, memory),
		pairs: NewTable[[2]netip.Addr, time.Time](maxPairs, memory),
		names: NewTable[netip.Addr, string](maxNames, memory),

		domains: map[string]string{},
	}
}

// Observe learns from one event. The engine calls it before the detectors.
func (f *Facts) Observe(e event.Event) {
	at := e.Head().Time
	if f.begun.IsZero() {
		f.begun = at
	}
	switch e := e.(type) {
	case *event.NetworkActivity:
		f.flow(e, at)
	case *event.HTTPActivity:
		f.web(e, at)
	case *event.DNSActivity:
		f.answers(e, at)
	}
}

// web counts the host that a request names; read from a proxy's log it is also a sign that the endpoint was on.
func (f *Facts) web(e *event.HTTPActivity, at time.Time) {
	if !f.home(e.Src.IP) {
		return
	}
	if e.FlowID == 0 {
		h, _ := f.hours.Touch(e.Src.IP, at)
		h.Mark(at)
	}
	to, ok := Deps{Home: f.home}.Destination(e)
	if !ok {
		return
	}
	f.contact(e.Src.IP, peerKey{name: to.Host}, at)
	if to.Proxy && to.IP.IsValid() {
		f.contact(e.Src.IP, peerKey{ip: to.IP}, at)
	}
}

func (f *Facts) flow(e *event.NetworkActivity, at time.Time) {
	if !f.home(e.Src.IP) || e.ARP != nil {
		return
	}
	h, _ := f.hours.Touch(e.Src.IP, at)
	h.Mark(at)
	if e.Activity == event.FlowFail || e.Activity == event.FlowRefuse || !e.Dst.IP.IsValid() {
		return
	}
	f.contact(e.Src.IP, peerKey{ip: e.Dst.IP}, at)
	if e.TLS != nil && e.TLS.SNI != "" {
		f.contact(e.Src.IP, peerKey{name: strings.ToLower(e.TLS.SNI)}, at)
	}
	p, isNew := f.pairs.Touch([2]netip.Addr{e.Src.IP, e.Dst.IP}, at)
	if isNew {
		*p = at
	}
}

func (f *Facts) contact(src netip.Addr, k peerKey, at time.Time) {
	if k.name == "" && !k.ip.IsValid() || !f.home(src) || f.again != nil && f.again(src) {
		return
	}
	if k.name != "" {
		if d := f.domain(k.name); d != k.name {
			f.meet(src, peerKey{name: "." + d}, at)
		}
	}
	f.meet(src, k, at)
}

func (f *Facts) meet(src netip.Addr, k peerKey, at time.Time) {
	s, isNew := f.peers.Touch(k, at)
	if isNew {
		s.first = at
	}
	s.add(src, at)
}

func (f *Facts) answers(e *event.DNSActivity, at time.Time) {
	if e.Activity != event.DNSResponse || e.Service != "dns" {
		return
	}
	for _, a := range e.Answers {
		if a.Type != "A" && a.Type != "AAAA" {
			continue
		}
		if ip, err := netip.ParseAddr(a.Data); err == nil {
			n, _ := f.names.Touch(ip, at)
			*n = e.Query
		}
	}
}

// Prevalence is how many inside hosts talked to the address in the last 14 days, at most 16.
func (f *Facts) Prevalence(ip netip.Addr, at time.Time) int { return f.count(peerKey{ip: ip}, at) }

// NamePrevalence is the same for a host name as sent in SNI or Host.
func (f *Facts) NamePrevalence(name string, at time.Time) int {
	return f.count(peerKey{name: name}, at)
}

func (f *Facts) count(k peerKey, at time.Time) int {
	if s := f.peers.Peek(k, at); s != nil {
		return s.lately(at)
	}
	return 0
}

// DomainPrevalence is how many inside hosts talked to other names of the same registered domain, the name's own users
// included; 0 where the name is the domain itself, an address, or below a suffix that anybody can rent from.
func (f *Facts) DomainPrevalence(name string, at time.Time) int {
	d := f.domain(name)
	if d == "" || d == name {
		return 0
	}
	return f.count(peerKey{name: "." + d}, at)
}

// DomainSeen is when anybody inside first talked to another name of the same registered domain; at itself when nobody did.
func (f *Facts) DomainSeen(name string, at time.Time) time.Time {
	if s := f.peers.Peek(peerKey{name: "." + f.domain(name)}, at); s != nil {
		return s.first
	}
	return at
}

// maxDomains bounds the names whose registered domain is remembered.
const maxDomains = 50_000

// domain is the registered domain of a name by the public suffix list, "" where it has none.
func (f *Facts) domain(name string) string {
	if d, ok := f.domains[name]; ok {
		return d
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil || name != "" && name[len(name)-1] <= '9' {
		d = name
	}
	if len(f.domains) >= maxDomains {
		clear(f.domains)
	}
	f.domains[name] = d
	return d
}

// Begun is when the town was first watched; zero before any event.
func (f *Facts) Begun() time.Time { return f.begun }

// FirstSeen is when anybody inside first talked to the address, or to the name where it has one; zero when nobody did.
func (f *Facts) FirstSeen(ip netip.Addr, name string, at time.Time) time.Time {
	k := peerKey{ip: ip}
	if name != "" {
		k = peerKey{name: name}
	}
	if s := f.peers.Peek(k, at); s != nil {
		return s.first
	}
	return time.Time{}
}

// FirstContact is when src first talked to dst; zero when it never did.
func (f *Facts) FirstContact(src, dst netip.Addr, at time.Time) time.Time {
	if p := f.pairs.Peek([2]netip.Addr{src, dst}, at); p != nil {
		return *p
	}
	return time.Time{}
}

// NameOf is the name that was looked up for ip, "" when no look-up was seen.
func (f *Facts) NameOf(ip netip.Addr, at time.Time) string {
	if n := f.names.Peek(ip, at); n != nil {
		return *n
	}
	return ""
}

// Hours is when the endpoint was on; the zero value knows nothing.
func (f *Facts) Hours(ip netip.Addr, at time.Time) *Hours { return f.hours.Peek(ip, at) }

// Known is how long ago src was first heard; zero when it is not known.
func (f *Facts) Known(src netip.Addr, at time.Time) time.Duration {
	if h := f.hours.Peek(src, at); h != nil && h.first != 0 {
		return at.Sub(time.Unix(h.first*int64(slotLength/time.Second), 0))
	}
	return 0
}

// Stats sums the gates' tables.
func (f *Facts) Stats() Stats {
	a, b, c, d := f.hours.Stats(), f.peers.Stats(), f.pairs.Stats(), f.names.Stats()
	return Stats{a.Keys + b.Keys + c.Keys + d.Keys, a.Evicted + b.Evicted + c.Evicted + d.Evicted}
}
