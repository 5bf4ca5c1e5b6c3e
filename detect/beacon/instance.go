package beacon

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type instance struct {
	cfg      Config
	deps     detect.Deps
	services *detect.Domains
	series   *detect.Table[key, series]
	agents   map[string]agent
	strange  *detect.Table[netip.Addr, []netip.Addr] // destinations with unknown protocols, by machine
	alike    *detect.Table[habit, []netip.Addr]      // … towards which it does the same strange thing
	pages    *detect.Table[page, []string]           // sites that a machine asks for the same page
	ownIP    *detect.Table[netip.Addr, string]       // machines that asked for their own outside address, and where
	points   points                                  // of the call that is judged
}

func newInstance(c Config, d detect.Deps) *instance {
	return &instance{cfg: c, deps: d, services: detect.NewDomains(c.Services), agents: map[string]agent{}, strange: detect.NewTable[netip.Addr, []netip.Addr](20_000, time.Hour), series: detect.NewTable[key, series](50_000, c.Memory),
		alike: detect.NewTable[habit, []netip.Addr](20_000, time.Hour), pages: detect.NewTable[page, []string](50_000, time.Hour), ownIP: detect.NewTable[netip.Addr, string](20_000, time.Hour)}
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.series.Expire(now)
	n.strange.Expire(now)
	n.alike.Expire(now)
	n.pages.Expire(now)
	n.ownIP.Expire(now)
}

func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.series.Stats(), n.strange.Stats(), n.alike.Stats(), n.pages.Stats(), n.ownIP.Stats())
}

// Observe adds a call to its series and judges the series.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.DNSActivity:
		n.ownAddress(e.Time, e.Src.IP, e.Query)
	case *event.HTTPActivity:
		n.ownAddress(e.Time, e.Src.IP, e.Host)
		n.http(e, emit)
	case *event.NetworkActivity:
		if e.TLS != nil {
			n.ownAddress(e.Time, e.Src.IP, e.TLS.SNI)
		}
		if e.ARP == nil && n.deps.Outbound(&e.Conn) && (e.Proto == event.ProtoTCP || e.Proto == event.ProtoUDP) {
			n.flow(e, emit)
		}
	}
}

// ownAddress remembers that a machine asked how it is seen from outside (T1016).
func (n *instance) ownAddress(at time.Time, src netip.Addr, name string) {
	if name != "" && detect.AsksOwnAddress(name) {
		where, _ := n.ownIP.Touch(src, at)
		*where = name
	}
}

// known reports whether the name belongs to a service that calls home by design.
func (n *instance) known(name string) bool { return n.services.Of(name) != "" }

// common reports whether more machines than allowed talk to the destination.
func (n *instance) common(dst netip.Addr, name string, at time.Time) bool {
	return n.users(dst, name, at) > n.cfg.Prevalence
}

// users is how many inside machines talked to the destination in the last 14 days, at most 16.
func (n *instance) users(dst netip.Addr, name string, at time.Time) int {
	if name != "" {
		return n.deps.Facts.NamePrevalence(name, at)
	}
	return n.deps.Facts.Prevalence(dst, at)
}
