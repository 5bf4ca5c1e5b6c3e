package forge

import (
	"encoding/binary"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// macOf is a locally administered address made of the IPv4 address.
func macOf(ip netip.Addr) event.MAC {
	a := ip.As4()
	return event.MAC{0x02, 0x00, a[0], a[1], a[2], a[3]}
}

func hardware(e event.Endpoint) event.MAC {
	if e.MAC.IsZero() {
		return macOf(e.IP)
	}
	return e.MAC
}

var broadcast = event.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

func ethernet(src, dst event.MAC, kind uint16, body []byte) []byte {
	b := make([]byte, 0, 14+len(body))
	b = append(append(b, dst[:]...), src[:]...)
	b = binary.BigEndian.AppendUint16(b, kind)
	return append(b, body...)
}

// ipv4 wraps a datagram (RFC 791) and the frame around it.
func ipv4(src, dst event.Endpoint, proto event.Proto, body []byte) []byte {
	h := make([]byte, 20, 20+len(body))
	h[0], h[8], h[9] = 0x45, 64, byte(proto)
	binary.BigEndian.PutUint16(h[2:], uint16(20+len(body)))
	h[6] = 0x40 // do not fragment
	s, d := src.IP.As4(), dst.IP.As4()
	copy(h[12:], s[:])
	copy(h[16:], d[:])
	binary.BigEndian.PutUint16(h[10:], checksum(0, h))
	to := hardware(dst)
	if dst.IP == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		to = broadcast
	} else if dst.IP.IsMulticast() {
		to = event.MAC{0x01, 0x00, 0x5e, d[1] & 0x7f, d[2], d[3]}
	}
	return ethernet(hardware(src), to, 0x0800, append(h, body...))
}

// transport fills in the checksum over the pseudo header at offset at.
func transport(src, dst event.Endpoint, proto event.Proto, seg []byte, at int) []byte {
	s, d := src.IP.As4(), dst.IP.As4()
	sum := uint32(proto) + uint32(len(seg))
	for _, a := range [][4]byte{s, d} {
		sum += uint32(a[0])<<8 | uint32(a[1])
		sum += uint32(a[2])<<8 | uint32(a[3])
	}
	binary.BigEndian.PutUint16(seg[at:], checksum(sum, seg))
	return ipv4(src, dst, proto, seg)
}

// checksum is the Internet checksum (RFC 1071).
func checksum(sum uint32, b []byte) uint16 {
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

func udp(src, dst event.Endpoint, payload []byte) []byte {
	b := make([]byte, 8, 8+len(payload))
	binary.BigEndian.PutUint16(b, src.Port)
	binary.BigEndian.PutUint16(b[2:], dst.Port)
	binary.BigEndian.PutUint16(b[4:], uint16(8+len(payload)))
	return transport(src, dst, event.ProtoUDP, append(b, payload...), 6)
}

func icmp(src, dst event.Endpoint, kind, code byte, rest uint32, body []byte) []byte {
	b := make([]byte, 8, 8+len(body))
	b[0], b[1] = kind, code
	binary.BigEndian.PutUint32(b[4:], rest)
	b = append(b, body...)
	binary.BigEndian.PutUint16(b[2:], checksum(0, b))
	return ipv4(src, dst, event.ProtoICMP, b)
}

// arps are requests and replies (RFC 826).
func arps(talk []event.Event) (out []Frame, ok bool) {
	for _, e := range talk {
		n, is := e.(*event.NetworkActivity)
		if !is || n.ARP == nil || !n.ARP.SenderIP.Is4() || !n.ARP.TargetIP.Is4() {
			return nil, false
		}
		a := n.ARP
		from := a.Sender
		if from.IsZero() {
			from = macOf(a.SenderIP)
		}
		b := []byte{0, 1, 8, 0, 6, 4, 0, byte(a.Op)}
		s, t := a.SenderIP.As4(), a.TargetIP.As4()
		b = append(append(b, from[:]...), s[:]...)
		b = append(append(b, make([]byte, 6)...), t[:]...)
		out = append(out, Frame{n.Time, ethernet(from, broadcast, 0x0806, b)})
	}
	return out, true
}
