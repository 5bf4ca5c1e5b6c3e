package capture

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sort"
)

// hostSet gathers the addresses of one chunk.
type hostSet struct {
	seen  map[uint32]struct{}
	found []netip.Addr
	list  []uint32
}

// line writes what the index says of a chunk at offset of its file.
func (h *hostSet) line(b []byte, c *chunk, offset int64, ifaces []iface) []byte {
	if h.seen == nil {
		h.seen = map[uint32]struct{}{}
	}
	clear(h.seen)
	eachBlock(c.data, func(_ int, typ uint32, body []byte) {
		if typ == blockEnhanced {
			h.found = endpoints(h.found[:0], linkIn(ifaces, body), packetIn(body))
			for _, a := range h.found {
				h.seen[hostHash(a)] = struct{}{}
			}
		}
	})
	h.list = h.list[:0]
	for x := range h.seen {
		h.list = append(h.list, x)
	}
	slices.Sort(h.list)
	o := binary.LittleEndian
	b = o.AppendUint64(b, uint64(offset))
	b = o.AppendUint32(b, uint32(len(c.data)))
	b = o.AppendUint64(b, uint64(c.first))
	b = o.AppendUint64(b, uint64(c.last))
	b = o.AppendUint32(b, uint32(len(h.list)))
	for _, x := range h.list {
		b = o.AppendUint32(b, x)
	}
	return b
}

// has tells whether one of the hosts may be in the chunk.
func (l *indexLine) has(hosts []uint32) bool {
	n := len(l.hosts) / 4
	return slices.ContainsFunc(hosts, func(x uint32) bool {
		at := func(i int) uint32 { return binary.LittleEndian.Uint32(l.hosts[4*i:]) }
		i := sort.Search(n, func(i int) bool { return at(i) >= x })
		return i < n && at(i) == x
	})
}

func hostHash(a netip.Addr) uint32 {
	b := a.As16()
	x := binary.LittleEndian.Uint64(b[:])*0x9e3779b97f4a7c15 ^ binary.LittleEndian.Uint64(b[8:])
	x *= 0xbf58476d1ce4e5b9
	return uint32(x >> 32)
}

// eachBlock walks over whole pcapng blocks in b, little-endian as the store writes them; what is torn ends the walk.
func eachBlock(b []byte, do func(at int, typ uint32, body []byte)) {
	o := binary.LittleEndian
	for at := 0; len(b)-at >= 12; {
		n := int(o.Uint32(b[at+4:]))
		if n < 12 || n > len(b)-at || n%4 != 0 {
			return
		}
		do(at, o.Uint32(b[at:]), b[at+8:at+n-4])
		at += n
	}
}

// packetIn is the packet in the body of an enhanced packet block.
func packetIn(body []byte) []byte {
	if len(body) < 20 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(body[12:]))
	return body[20 : 20+min(n, len(body)-20)]
}

func linkIn(ifaces []iface, body []byte) Link {
	if len(body) >= 4 {
		if id := int(binary.LittleEndian.Uint32(body)); id < len(ifaces) {
			return ifaces[id].link
		}
	}
	return LinkEthernet
}

// endpoints adds the addresses of a packet, in pairs, source first: those of ARP, IP, and of what tunnels carry.
func endpoints(to []netip.Addr, link Link, b []byte) []netip.Addr {
	switch link {
	case LinkEthernet:
		return etherEnds(to, b, 12, 0)
	case LinkSLL:
		return etherEnds(to, b, 14, 0)
	case LinkSLL2:
		if len(b) > 20 {
			return typeEnds(to, binary.BigEndian.Uint16(b), b[20:], 0)
		}
	case LinkNull, LinkLoop:
		if len(b) > 4 {
			return ipEnds(to, b[4:], 0)
		}
	case LinkRaw, LinkIPv4, LinkIPv6:
		return ipEnds(to, b, 0)
	}
	return to
}

// maxInner bounds tags and tunnels.
const maxInner = 8

func etherEnds(to []netip.Addr, b []byte, at, depth int) []netip.Addr {
	if len(b) < at+2 {
		return to
	}
	return typeEnds(to, binary.BigEndian.Uint16(b[at:]), b[at+2:], depth)
}

func typeEnds(to []netip.Addr, typ uint16, b []byte, depth int) []netip.Addr {
	if depth > maxInner {
		return to
	}
	switch typ {
	case 0x0800, 0x86dd:
		return ipEnds(to, b, depth)
	case 0x8100, 0x88a8, 0x9100:
		return etherEnds(to, b, 2, depth+1)
	case 0x8847:
		for len(b) >= 4 && b[2]&1 == 0 {
			b = b[4:]
		}
		if len(b) >= 4 {
			return ipEnds(to, b[4:], depth+1)
		}
	case 0x8864:
		if len(b) >= 8 {
			return ipEnds(to, b[8:], depth+1)
		}
	case 0x0806:
		if len(b) >= 28 && b[5] == 4 {
			return append(to, netip.AddrFrom4([4]byte(b[14:])), netip.AddrFrom4([4]byte(b[24:])))
		}
	}
	return to
}

func ipEnds(to []netip.Addr, b []byte, depth int) []netip.Addr {
	if len(b) < 20 || depth > maxInner {
		return to
	}
	switch b[0] >> 4 {
	case 4:
		to = append(to, netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:])))
		if head := int(b[0]&15) * 4; head >= 20 && head <= len(b) && b[6]&0x1f == 0 && b[7] == 0 {
			return innerEnds(to, b[9], b[head:], depth+1)
		}
	case 6:
		if len(b) >= 40 {
			to = append(to, netip.AddrFrom16([16]byte(b[8:])).Unmap(), netip.AddrFrom16([16]byte(b[24:])).Unmap())
			return innerEnds(to, b[6], b[40:], depth+1)
		}
	}
	return to
}

// innerEnds looks into IP in IP, GRE and VXLAN.
func innerEnds(to []netip.Addr, proto byte, b []byte, depth int) []netip.Addr {
	switch {
	case proto == 4 || proto == 41:
		return ipEnds(to, b, depth)
	case proto == 47 && len(b) >= 4 && b[1]&7 == 0:
		typ, n := binary.BigEndian.Uint16(b[2:]), 4
		for _, bit := range []byte{0x80, 0x20, 0x10} {
			if b[0]&bit != 0 {
				n += 4
			}
		}
		if typ == 0x22eb {
			n += 12
		} else if typ == 0x88be && b[0]&0x10 != 0 {
			n += 8
		}
		if n > len(b) {
			return to
		}
		if typ == 0x6558 || typ == 0x88be || typ == 0x22eb {
			return etherEnds(to, b[n:], 12, depth)
		}
		return typeEnds(to, typ, b[n:], depth)
	case proto == 17 && len(b) >= 16 && vxlan(binary.BigEndian.Uint16(b[2:])):
		return etherEnds(to, b[16:], 12, depth)
	}
	return to
}

// vxlan is RFC 7348's port and the one that Linux takes where it is told none.
func vxlan(port uint16) bool { return port == 4789 || port == 8472 }
