package intel

import (
	"net/netip"
	"strings"
	"time"
)

// set is one immutable load: every look-up is by hash; CIDRs are tried once per prefix length in use.
type set struct {
	exact    map[Kind]map[string]Indicator
	prefixes map[netip.Prefix]Indicator
	bits4    []int // prefix lengths in use, longest first
	bits6    []int
	allow    map[Kind]map[string]Exception
	count    int
}

func newSet() *set {
	return &set{exact: map[Kind]map[string]Indicator{}, prefixes: map[netip.Prefix]Indicator{}, allow: map[Kind]map[string]Exception{}}
}

// add keeps the more severe of two entries for the same thing.
func (s *set) add(i Indicator) {
	if p, err := netip.ParsePrefix(i.Value); i.Kind == IP && err == nil {
		if old, ok := s.prefixes[p]; !ok || old.Severity < i.Severity {
			s.prefixes[p] = i
		}
		s.noteBits(p)
		s.count++
		return
	}
	m := s.exact[i.Kind]
	if m == nil {
		m = map[string]Indicator{}
		s.exact[i.Kind] = m
	}
	if old, ok := m[i.Value]; ok && (old.Severity > i.Severity || old.Severity == i.Severity && (old.Expires.IsZero() || !i.Expires.IsZero() && !i.Expires.After(old.Expires))) {
		return
	}
	m[i.Value] = i
	s.count++
}

func (s *set) noteBits(p netip.Prefix) {
	bits := &s.bits4
	if p.Addr().Is6() {
		bits = &s.bits6
	}
	for i, b := range *bits {
		if b == p.Bits() {
			return
		}
		if b < p.Bits() {
			*bits = append((*bits)[:i], append([]int{p.Bits()}, (*bits)[i:]...)...)
			return
		}
	}
	*bits = append(*bits, p.Bits())
}

func (s *set) value(kind Kind, v string, at time.Time) (Indicator, bool) {
	i, ok := s.exact[kind][v]
	if !ok || i.Expired(at) || s.allowed(kind, v, at) {
		return Indicator{}, false
	}
	return i, true
}

func (s *set) ip(a netip.Addr, at time.Time) (Indicator, bool) {
	a = a.Unmap()
	if len(s.exact[IP]) > 0 || len(s.allow[IP]) > 0 {
		text := a.String()
		if i, ok := s.value(IP, text, at); ok || s.allowed(IP, text, at) {
			return i, ok
		}
	}
	bits := s.bits4
	if a.Is6() {
		bits = s.bits6
	}
	for _, n := range bits {
		p, err := a.Prefix(n)
		if err != nil {
			continue
		}
		if i, ok := s.prefixes[p]; ok && !i.Expired(at) {
			return i, true
		}
	}
	return Indicator{}, false
}

// domain tries the name and then each parent domain, the longest first.
func (s *set) domain(name string, at time.Time) (Indicator, bool) {
	if len(s.exact[Domain]) == 0 {
		return Indicator{}, false
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for n := name; ; {
		if s.allowed(Domain, n, at) {
			return Indicator{}, false
		}
		if i, ok := s.value(Domain, n, at); ok {
			return i, true
		}
		_, rest, more := strings.Cut(n, ".")
		if !more {
			return Indicator{}, false
		}
		n = rest
	}
}

func (s *set) allowed(kind Kind, v string, at time.Time) bool {
	e, ok := s.allow[kind][v]
	return ok && (e.Expires.IsZero() || at.Before(e.Expires))
}
