package stage

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// NAT is a branch whose router translates addresses.
type NAT struct {
	Outer netip.Addr // under which all of the branch are seen behind it
	Both  bool       // the sensor sees both legs; else the outer one alone
}

// branchNet is the second octet of translated branches: a quick way to tell them.
const branchNet = 60

// natDelay is how long the router takes.
const natDelay = 300 * time.Microsecond

// translated is the branch of an address, nil where it has none.
func (s *Stage) translated(ip netip.Addr) *NAT {
	if !ip.Is4() || ip.As4()[1] != branchNet {
		return nil
	}
	for _, n := range s.Nets {
		if n.NAT != nil && n.Prefix.Contains(ip) {
			return n.NAT
		}
	}
	return nil
}

// outer is the event as it is seen behind the router; nil for what stays within the branch or is relayed.
func (n *NAT) outer(e event.Event) event.Event {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if e.ARP != nil {
			return nil
		}
		c := *e
		c.Start, c.End = c.Start.Add(natDelay), c.End.Add(natDelay)
		return n.behind(&c)
	case *event.HTTPActivity:
		c := *e
		return n.behind(&c)
	case *event.DNSActivity:
		if e.Service != "dns" {
			return nil
		}
		c := *e
		return n.behind(&c)
	case *event.SMBActivity:
		c := *e
		return n.behind(&c)
	case *event.Authentication:
		c := *e
		return n.behind(&c)
	case *event.LDAPActivity:
		c := *e
		return n.behind(&c)
	case *event.RDPActivity:
		c := *e
		return n.behind(&c)
	}
	return nil
}

func (n *NAT) behind(e event.Event) event.Event {
	c := e.Tuple()
	c.Src.IP, c.Src.MAC = n.Outer, router
	c.Src.Port = 1024 + uint16(c.FlowID%60_000)
	c.FlowID |= 1 << 62
	return e
}
