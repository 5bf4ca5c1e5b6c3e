package event

import (
	"encoding/binary"
	"net/netip"
)

// Inside is the inside networks. Link-local addresses of IPv6 belong to them: they never leave their segment.
type Inside struct {
	four []block
	six  []netip.Prefix
}

// block is a network of IPv4, so that asking for an address, as nearly every event does several times, is one comparison each.
type block struct{ bits, mask uint32 }

// NewInside makes the set of these networks.
func NewInside(list []netip.Prefix) (n Inside) {
	for _, p := range list {
		if p = p.Masked(); !p.Addr().Is4() {
			n.six = append(n.six, p)
			continue
		}
		a := p.Addr().As4()
		n.four = append(n.four, block{binary.BigEndian.Uint32(a[:]), ^uint32(0) << (32 - p.Bits())})
	}
	return n
}

// Contains reports whether ip is inside; IPv4 may be mapped into IPv6.
func (n *Inside) Contains(ip netip.Addr) bool {
	if ip = ip.Unmap(); ip.Is4() {
		a := ip.As4()
		bits := binary.BigEndian.Uint32(a[:])
		for _, b := range n.four {
			if bits&b.mask == b.bits {
				return true
			}
		}
		return false
	}
	if ip.Is6() && ip.IsLinkLocalUnicast() {
		return true
	}
	for i := range n.six {
		if n.six[i].Contains(ip) {
			return true
		}
	}
	return false
}
