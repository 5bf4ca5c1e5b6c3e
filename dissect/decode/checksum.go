package decode

import (
	"encoding/binary"
)

// Sound tells whether the checksums of a packet are right: of its IPv4 header, and of TCP, UDP and ICMP (RFC 1071). What the
// capture has cut, and what has no checksum, is taken to be right. A host that leaves checksums to its network card is
// captured with wrong ones.
func Sound(l *Layers) bool {
	if len(l.L3) < 20 || l.Cut > 0 || l.Kind == ARP {
		return true
	}
	six := l.L3[0]>>4 == 6
	if !six && sum(0, l.L3) != 0xffff {
		return false
	}
	if len(l.L4) < 8 || six && l.L3[6] == protoRouting { // the last address of a route is not in the header
		return true
	}
	n := len(l.L4) + len(l.Payload)
	switch {
	case l.Kind == UDP && l.L4[6]|l.L4[7] == 0 && !six:
		return true
	case l.Kind == ICMP && !six:
		return sum(sum(0, l.L4), l.Payload) == 0xffff
	case l.Kind == TCP, l.Kind == UDP, l.Kind == ICMP:
		return sum(sum(pseudo(l, n), l.L4), l.Payload) == 0xffff
	}
	return true
}

// pseudo is the sum of what TCP and UDP take from the IP header (RFC 9293 §3.1, RFC 8200 §8.1).
func pseudo(l *Layers, n int) uint32 {
	from, to := l.L3[12:16], l.L3[16:20]
	if l.L3[0]>>4 == 6 {
		from, to = l.L3[8:24], l.L3[24:40]
	}
	return sum(sum(uint32(l.Proto)+uint32(n>>16)+uint32(n&0xffff), from), to)
}

// sum adds up 16-bit words in one's complement; all slices but the last must have an even length.
func sum(start uint32, b []byte) uint32 {
	s := uint64(start)
	for ; len(b) >= 4; b = b[4:] {
		s += uint64(binary.BigEndian.Uint32(b))
	}
	if len(b) >= 2 {
		s += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		s += uint64(b[0]) << 8
	}
	for s>>16 != 0 {
		s = s>>16 + s&0xffff
	}
	return uint32(s)
}
