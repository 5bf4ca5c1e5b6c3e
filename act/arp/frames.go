package arp

import (
	"encoding/binary"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// Sizes and numbers of Ethernet, ARP (RFC 826), IPv6 (RFC 8200) and neighbour discovery (RFC 4861).
const (
	etherSize  = 14
	arpSize    = 28
	typeARP    = 0x0806
	typeIPv6   = 0x86dd
	opRequest  = 1
	opReply    = 2
	ip6Size    = 40
	nextICMPv6 = 58

	icmpEchoRequest = 128
	icmpEchoReply   = 129
	icmpRouterAdv   = 134
	icmpSolicit     = 135
	icmpAdvert      = 136

	flagRouter, flagSolicited, flagOverride = 0x80, 0x40, 0x20
)

var (
	everybody = event.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	allNodes  = netip.MustParseAddr("ff02::1")
)

// heard is what a frame of another machine says.
type heard struct {
	from   event.MAC  // Ethernet source
	toUs   bool       // not broadcast or multicast
	ip     netip.Addr // whose address it tells; invalid = of nobody
	mac    event.MAC  // where that is
	asks   netip.Addr // whose hardware address it wants to know; invalid = of nobody
	router bool       // the teller is a router
}

// read takes a frame apart; ok is false for what is neither ARP nor neighbour discovery, or wrong.
func read(b []byte) (h heard, ok bool) {
	if len(b) < etherSize {
		return h, false
	}
	h.from, h.toUs = event.MAC(b[6:12]), b[0]&1 == 0
	switch binary.BigEndian.Uint16(b[12:]) {
	case typeARP:
		return h.arp(b[etherSize:])
	case typeIPv6:
		return h.nd(b[etherSize:])
	}
	return h, false
}

func (h heard) arp(b []byte) (heard, bool) {
	// Ethernet, IPv4, lengths 6 and 4.
	if len(b) < arpSize || binary.BigEndian.Uint64(b)>>16 != 0x000108000604 {
		return h, false
	}
	h.ip, h.mac = netip.AddrFrom4([4]byte(b[14:18])), event.MAC(b[8:14])
	if h.ip.IsUnspecified() { // a probe, RFC 5227: it tells nothing
		h.ip = netip.Addr{}
	}
	if binary.BigEndian.Uint16(b[6:]) == opRequest {
		h.asks = netip.AddrFrom4([4]byte(b[24:28]))
	}
	return h, h.mac == h.from // who speaks for another is no witness
}

func (h heard) nd(b []byte) (heard, bool) {
	if len(b) < ip6Size+8 || b[6] != nextICMPv6 {
		return h, false
	}
	src, icmp := netip.AddrFrom16([16]byte(b[8:24])), b[ip6Size:]
	if size := int(binary.BigEndian.Uint16(b[4:])); size < len(icmp) {
		icmp = icmp[:size]
	}
	if len(icmp) < 8 {
		return h, false
	}
	kind := icmp[0]
	if kind == icmpEchoReply { // to our own question: its source is on this link
		h.ip, h.mac = src, h.from
		return h, !src.IsUnspecified()
	}
	if b[7] != 255 { // RFC 4861 §6.1, §7.1: it came through a router
		return h, false
	}
	switch {
	case kind == icmpRouterAdv && len(icmp) >= 16:
		h.ip, h.mac, h.router = src, h.from, true
		return h, true
	case kind == icmpSolicit && len(icmp) >= 24:
		h.asks = netip.AddrFrom16([16]byte(icmp[8:24]))
		if !src.IsUnspecified() { // else duplicate address detection
			h.ip, h.mac = src, h.from
		}
		return h, true
	case kind == icmpAdvert && len(icmp) >= 24:
		h.ip, h.mac, h.router = netip.AddrFrom16([16]byte(icmp[8:24])), h.from, icmp[4]&flagRouter != 0
		if m, there := linkAddress(icmp[24:], 2); there && m != h.from {
			return h, false
		}
		return h, true
	}
	return h, false
}

// linkAddress finds an option of neighbour discovery (RFC 4861 §4.6.1).
func linkAddress(opts []byte, kind byte) (event.MAC, bool) {
	for len(opts) >= 8 {
		size := int(opts[1]) * 8
		if size == 0 || size > len(opts) {
			break
		}
		if opts[0] == kind {
			return event.MAC(opts[2:8]), true
		}
		opts = opts[size:]
	}
	return event.MAC{}, false
}

func ether(to, from event.MAC, kind uint16) []byte {
	b := append(append(make([]byte, 0, 128), to[:]...), from[:]...)
	return binary.BigEndian.AppendUint16(b, kind)
}

// arpFrame tells (or asks) to: ip is at mac. The Ethernet source is always our own address.
func arpFrame(own, to event.MAC, op uint16, ip netip.Addr, mac event.MAC, toIP netip.Addr) []byte {
	b := ether(to, own, typeARP)
	b = binary.BigEndian.AppendUint64(b, 0x0001080006040000|uint64(op))
	b = append(append(b, mac[:]...), ip.AsSlice()...)
	if op == opRequest {
		to = event.MAC{}
	}
	return append(append(b, to[:]...), toIP.AsSlice()...)
}

// advert tells to: ip is at mac, with the flags that make it believe so at once. src is the teller's own address, as a proxy's
// is (RFC 4861 §7.2.8): whoever watches the network then sees who speaks.
func advert(own, to event.MAC, src, ip netip.Addr, mac event.MAC, toIP netip.Addr, router bool) []byte {
	body := make([]byte, 24, 32)
	body[0], body[4] = icmpAdvert, flagSolicited|flagOverride
	if router { // without it a host takes the router from its list (RFC 4861 §7.2.5)
		body[4] |= flagRouter
	}
	copy(body[8:], ip.AsSlice())
	body = append(append(body, 2, 1), mac[:]...)
	return icmpFrame(own, to, src, toIP, body)
}

// solicit asks who has ip.
func solicit(own event.MAC, src, ip netip.Addr) []byte {
	a := ip.As16()
	group := netip.AddrFrom16([16]byte{0xff, 2, 11: 1, 12: 0xff, 13: a[13], 14: a[14], 15: a[15]})
	body := make([]byte, 24, 32)
	body[0] = icmpSolicit
	copy(body[8:], ip.AsSlice())
	body = append(append(body, 1, 1), own[:]...)
	return icmpFrame(own, groupMAC(group), src, group, body)
}

// roll asks every node on the link to answer an echo (RFC 4443 §4.2).
func roll(own event.MAC, src netip.Addr) []byte {
	return icmpFrame(own, groupMAC(allNodes), src, allNodes, []byte{icmpEchoRequest, 0, 0, 0, 'y', 'g', 0, 1})
}

func groupMAC(group netip.Addr) event.MAC {
	a := group.As16()
	return event.MAC{0x33, 0x33, a[12], a[13], a[14], a[15]}
}

func icmpFrame(own, to event.MAC, src, dst netip.Addr, body []byte) []byte {
	b := ether(to, own, typeIPv6)
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	b = append(b, nextICMPv6, 255)
	b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
	binary.BigEndian.PutUint16(body[2:], checksum(src, dst, body))
	return append(b, body...)
}

// checksum is that of ICMPv6 with its pseudo-header (RFC 4443 §2.3).
func checksum(src, dst netip.Addr, body []byte) uint16 {
	sum := uint32(len(body)) + nextICMPv6
	add := func(b []byte) {
		for i := 0; i+1 < len(b); i += 2 {
			sum += uint32(b[i])<<8 | uint32(b[i+1])
		}
		if len(b)%2 == 1 {
			sum += uint32(b[len(b)-1]) << 8
		}
	}
	add(src.AsSlice())
	add(dst.AsSlice())
	add(body)
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
