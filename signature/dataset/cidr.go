package dataset

import (
	"fmt"
	"math/bits"
	"net/netip"
)

// A set of networks ("cidr") keeps each as its masked address with its number of bits behind it, addresses of IPv4 as 4 bytes.

// lengths are the numbers of bits that networks of a set have, of IPv4 and of IPv6; a length that went stays, which costs a look-up.
type lengths [2][3]uint64

func (l *lengths) put(k string) {
	n := k[len(k)-1]
	l[family(len(k)-1)][n>>6] |= 1 << (n & 63)
}

func family(n int) int {
	if n == 4 {
		return 0
	}
	return 1
}

// network writes to room the network of b: an address, or one with its number of bits behind it.
func network(room, b []byte) []byte {
	width := byte(8 * len(b))
	switch len(b) {
	case 5, 17:
		width, b = b[len(b)-1], b[:len(b)-1]
	case 4, 16:
	default:
		return nil
	}
	if len(b) == 16 && width >= 96 {
		if a := netip.AddrFrom16([16]byte(b)); a.Is4In6() {
			b, width = b[12:], width-96
		}
	}
	return masked(room, b, min(width, byte(8*len(b))))
}

// masked appends the first width bits of b, zeros to its length, and width.
func masked(room, b []byte, width byte) []byte {
	for i, c := range b {
		left := max(0, min(8, int(width)-8*i))
		room = append(room, c&^(0xff>>left))
	}
	return append(room, width)
}

// within looks for a network that b lies in; where b is a network itself, for that one.
func (s *Set) within(b []byte) (value, bool) {
	var room, other [17]byte
	k := network(room[:0], b)
	if k == nil {
		return value{}, false
	}
	if len(b) != 4 && len(b) != 16 {
		v, ok := s.m[string(k)]
		return v, ok
	}
	for i, word := range s.lengths[family(len(k)-1)] {
		for ; word != 0; word &= word - 1 {
			width := byte(64*i + bits.TrailingZeros64(word))
			if v, ok := s.m[string(masked(other[:0], k[:len(k)-1], width))]; ok {
				return v, true
			}
		}
	}
	return value{}, false
}

// parseNetwork reads "192.0.2.0/24", or an address for itself alone.
func parseNetwork(text string) ([]byte, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, wrong := netip.ParseAddr(text)
		if wrong != nil {
			return nil, err
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if !p.IsValid() {
		return nil, fmt.Errorf("%q is no network", text)
	}
	return network(nil, append(p.Addr().AsSlice(), byte(p.Bits()))), nil
}
