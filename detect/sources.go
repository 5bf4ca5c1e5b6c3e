package detect

import (
	"net/netip"
	"time"
)

// sources is the small set of inside hosts that talked to one destination, each with the day on which it last did. There is
// one for each destination of 14 days, so that a host stands in it as 32 bits of its address and a day as 16.
type sources struct {
	first time.Time
	hosts [prevalenceCap]uint32
	days  [prevalenceCap]uint16
	n     uint8
}

const oneDay = 24 * time.Hour

// dayOf counts from 1970, enough until 2149.
func dayOf(t time.Time) uint16 { return uint16(t.Unix() / int64(oneDay/time.Second)) }

// shortOf tells hosts of one town apart: an IPv4 address as it is, the halves of an IPv6 address folded (FNV-1a). Two that
// fall together count as one, which makes a destination look rarer, never more common.
func shortOf(ip netip.Addr) uint32 {
	ip = ip.Unmap()
	if ip.Is4() {
		b := ip.As4()
		return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	}
	h := uint32(2166136261)
	for _, b := range ip.As16() {
		h = (h ^ uint32(b)) * 16777619
	}
	return h
}

// add counts a host; where there is no room, it takes the place of one that has not been there for 14 days.
func (s *sources) add(ip netip.Addr, at time.Time) {
	today, short, free := dayOf(at), shortOf(ip), -1
	for i := range int(s.n) {
		if s.hosts[i] == short {
			s.days[i] = max(s.days[i], today)
			return
		}
		if gone(s.days[i], today) {
			free = i
		}
	}
	switch {
	case int(s.n) < len(s.hosts):
		free = int(s.n)
		s.n++
	case free < 0:
		return
	}
	s.hosts[free], s.days[free] = short, today
}

// gone reports whether a day is 14 and more before today.
func gone(day, today uint16) bool { return int(day) <= int(today)-int(memory/oneDay) }

// lately is how many of them were there in the 14 days before at.
func (s *sources) lately(at time.Time) (n int) {
	for i := range int(s.n) {
		if !gone(s.days[i], dayOf(at)) {
			n++
		}
	}
	return n
}
