package openflow

import (
	"net/netip"
	"slices"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// Matches that every exception is made of.
var (
	ip4  = ofp.U16(ofp.FieldEthType, ofp.EthIPv4)
	ip6  = ofp.U16(ofp.FieldEthType, ofp.EthIPv6)
	arp  = ofp.U16(ofp.FieldEthType, ofp.EthARP)
	udp  = ofp.U8(ofp.FieldIPProto, ofp.ProtoUDP)
	tcp  = ofp.U8(ofp.FieldIPProto, ofp.ProtoTCP)
	icmp = ofp.U8(ofp.FieldIPProto, ofp.ProtoICMP)
)

// Messages of neighbour discovery (RFC 4861 section 4).
const (
	routerTells    = 134
	neighbourAsks  = 135
	neighbourTells = 136
)

// sharedFlows are Yagura's own two tables: what an isolated machine may say, and what may be said to it, as everybody
// does it, and the end of all else. They are two so that the machine can play neither the notice page's server nor a
// DHCP server nor a router.
func (c *Config) sharedFlows(allow []act.Allow, hard uint16) []ofp.Flow {
	from, to := c.Table, c.Table+1
	var out []ofp.Flow
	add := func(table uint8, m ...ofp.Field) {
		out = append(out, ofp.Flow{Cookie: cookieShared, Table: table, Priority: 1, Hard: hard, Match: m, Instructions: normal})
	}
	client, server := ofp.U16(ofp.FieldUDPSrc, 68), ofp.U16(ofp.FieldUDPSrc, 67) // DHCP, RFC 2131
	add(from, ip4, udp, client, ofp.U16(ofp.FieldUDPDst, 67))
	add(to, ip4, udp, server, ofp.U16(ofp.FieldUDPDst, 68))
	client, server = ofp.U16(ofp.FieldUDPSrc, 546), ofp.U16(ofp.FieldUDPSrc, 547) // DHCPv6, RFC 8415
	add(from, ip6, udp, client, ofp.U16(ofp.FieldUDPDst, 547))
	add(to, ip6, udp, server, ofp.U16(ofp.FieldUDPDst, 546))
	for _, a := range allow {
		p := netip.PrefixFrom(a.IP, a.IP.BitLen())
		kind, src, dst := netFields(p)
		if a.Port == 0 {
			add(from, kind, ofp.Net(dst, p))
			add(to, kind, ofp.Net(src, p))
		} else {
			add(from, kind, tcp, ofp.Net(dst, p), ofp.U16(ofp.FieldTCPDst, a.Port))
			add(to, kind, tcp, ofp.Net(src, p), ofp.U16(ofp.FieldTCPSrc, a.Port))
		}
	}
	for _, a := range c.resolvable(allow) {
		answers(a, func(m ...ofp.Field) { add(to, m...) })
	}
	return append(out, ofp.Flow{Cookie: cookieShared, Table: from, Hard: hard}, ofp.Flow{Cookie: cookieShared, Table: to, Hard: hard})
}

// resolvable are the addresses whose hardware address an isolated machine needs.
func (c *Config) resolvable(allow []act.Allow) (out []netip.Addr) {
	for _, a := range allow {
		out = append(out, a.IP)
	}
	out = append(out, c.Gateways...)
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// answers lets a tell the machine where it is, and ask where the machine is: ARP (RFC 826), neighbour discovery.
func answers(a netip.Addr, add func(...ofp.Field)) {
	p := netip.PrefixFrom(a, a.BitLen())
	if a.Is4() {
		add(arp, ofp.Net(ofp.FieldARPSender, p))
		return
	}
	add(ip6, icmp, ofp.U8(ofp.FieldICMPv6Type, neighbourTells), ofp.Net(ofp.FieldNDTarget, p))
	add(ip6, icmp, ofp.U8(ofp.FieldICMPv6Type, neighbourAsks), ofp.Net(ofp.FieldIPv6Src, p))
	add(ip6, icmp, ofp.U8(ofp.FieldICMPv6Type, routerTells), ofp.Net(ofp.FieldIPv6Src, p))
}

// maxOwn bounds the addresses of one machine under which it may ask.
const maxOwn = 8

// asks lets the machine ask a where it is, and answer a, under its own addresses only: a machine that is cut off must
// not be able to take another's place in its neighbours' tables. Where none of a family is known, under any.
func (w *writer) asks(t act.Target, table uint8, a netip.Addr) {
	p := netip.PrefixFrom(a, a.BitLen())
	var mac ofp.Match
	if !t.MAC.IsZero() {
		mac = ofp.Match{ofp.MAC(ofp.FieldEthSrc, t.MAC)}
	}
	add := func(m ...ofp.Field) { w.put(table, 1, normal, append(slices.Clone(mac), m...)) }
	own := slices.DeleteFunc(slices.Clone(t.Nets), func(n netip.Prefix) bool { return n.Addr().Is4() != a.Is4() })
	own = own[:min(len(own), maxOwn)]
	asking := ofp.Match{ip6, icmp, ofp.U8(ofp.FieldICMPv6Type, neighbourAsks), ofp.Net(ofp.FieldNDTarget, p)}
	telling := ofp.Match{ip6, icmp, ofp.U8(ofp.FieldICMPv6Type, neighbourTells), ofp.Net(ofp.FieldIPv6Dst, p)}
	for _, n := range own {
		if a.Is4() {
			add(arp, ofp.Net(ofp.FieldARPSender, n), ofp.Net(ofp.FieldARPTarget, p))
			continue
		}
		add(append(slices.Clone(asking), ofp.Net(ofp.FieldIPv6Src, n))...)
		add(append(slices.Clone(telling), ofp.Net(ofp.FieldNDTarget, n))...)
	}
	switch {
	case len(own) > 0 || mac == nil:
	case a.Is4():
		add(arp, ofp.Net(ofp.FieldARPTarget, p))
	default:
		add(asking...)
		add(telling...)
	}
}
