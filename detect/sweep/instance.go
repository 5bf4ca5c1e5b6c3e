package sweep

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type key struct {
	src   netip.Addr
	mac   event.MAC // ARP only
	proto event.Proto
	port  uint16
}

// maxTargets bounds the machines remembered for one source.
const maxTargets = 2048

type outcome uint8

const (
	asked outcome = iota
	answered
	failed
)

type target struct {
	at     time.Time
	result outcome
}

type state struct {
	targets detect.Few[netip.Addr, target]
	told    int
	begun   time.Time
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	sources *detect.Table[key, state]
	slow    *detect.Table[key, slowly]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.sources.Expire(now)
	n.slow.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return detect.SumStats(n.sources.Stats(), n.slow.Stats()) }

// Observe counts the machines that each source tries.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok {
		return
	}
	k, dst, r, ok := n.attempt(a)
	if !ok {
		return
	}
	s, isNew := n.sources.Touch(k, a.Time)
	if isNew {
		s.begun = a.Time
	}
	if s.targets.Len() >= maxTargets && !s.targets.Has(dst) {
		return
	}
	s.targets.Put(dst, target{a.Time, r})
	n.judge(a, k, s, emit)
	n.patient(a, k, dst, r, emit)
}

// attempt reads who tried whom and how it went.
func (n *instance) attempt(a *event.NetworkActivity) (k key, dst netip.Addr, r outcome, ok bool) {
	if a.ARP != nil {
		// Gratuitous ARP and probes of an own address ask for nobody.
		ok = a.ARP.Op == 1 && a.ARP.TargetIP.IsValid() && a.ARP.TargetIP != a.ARP.SenderIP && a.ARP.SenderIP.IsValid() && !a.ARP.SenderIP.IsUnspecified()
		return key{a.ARP.SenderIP, a.ARP.Sender, event.ProtoARP, 0}, a.ARP.TargetIP, asked, ok
	}
	if !n.deps.Home(a.Src.IP) || a.Dst.IP.IsMulticast() || a.Midstream {
		return
	}
	switch a.Proto {
	case event.ProtoICMP, event.ProtoICMPv6:
		kind := a.Src.Port >> 8
		return key{src: a.Src.IP, proto: a.Proto}, a.Dst.IP, asked, kind == 8 || kind == 128 || kind == 13 || kind == 17
	case event.ProtoTCP:
		r, ok = result(a)
		return key{src: a.Src.IP, proto: a.Proto, port: a.Dst.Port}, a.Dst.IP, r, ok
	}
	return
}

func result(a *event.NetworkActivity) (outcome, bool) {
	switch {
	case a.Activity == event.FlowOpen:
		return asked, true
	case a.Activity == event.FlowFail, a.Activity == event.FlowRefuse:
		return failed, true
	case a.Activity.Ended():
		return answered, true
	}
	return asked, false
}

// tally counts the targets of the window.
type tally struct {
	all, failed, answered, inside int
}

func (n *instance) tally(s *state, from time.Time) (t tally) {
	s.targets.Keep(func(ip netip.Addr, x target) bool {
		if x.at.Before(from) {
			return false
		}
		t.all++
		switch x.result {
		case failed:
			t.failed++
		case answered:
			t.answered++
		}
		if n.deps.Home(ip) {
			t.inside++
		}
		return true
	})
	return t
}

func (n *instance) judge(a *event.NetworkActivity, k key, s *state, emit detect.Emit) {
	least := min(n.cfg.Failed, n.cfg.Echoes, n.cfg.Unique)
	if s.targets.Len() < least || s.told > 0 && s.targets.Len() < s.told+max(1, s.told/8) {
		return
	}
	window := n.cfg.Window
	if k.proto != event.ProtoTCP {
		window /= 10
	}
	t := n.tally(s, a.Time.Add(-window))
	if t.all < s.told {
		s.told = 0
	}
	if t.all < 4*s.told || !n.enough(k, t) || n.deps.HasRole(k.src, a.Time, n.cfg.Exempt...) {
		return
	}
	n.tell(a, k, s, t, emit)
	s.told = t.all
}

func (n *instance) enough(k key, t tally) bool {
	switch k.proto {
	case event.ProtoARP:
		return t.all >= n.cfg.ARP
	case event.ProtoTCP:
		if t.failed >= n.cfg.Failed && t.failed > t.answered && n.worthAsking(k, t) {
			return true
		}
		return slices.Contains(n.cfg.Sensitive, k.port) && t.inside >= n.cfg.Unique
	}
	return t.all >= n.cfg.Echoes
}

// worthAsking leaves out what ordinary software does: a browser or a peer-to-peer
// program whose servers outside are down.
func (n *instance) worthAsking(k key, t tally) bool {
	return t.inside*2 >= t.all || slices.Contains(n.cfg.Sensitive, k.port)
}
