package arp

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// sweepAgain is how long what a sweep found is taken to be everybody who is there.
const sweepAgain = 10 * time.Minute

// ask asks who has an address, with Yagura's own name, as every machine may.
func (s *segment) ask(ip netip.Addr) error {
	if ip.Is4() {
		src, ok := s.source(func(a netip.Addr) bool { return a.Is4() && s.has(a) })
		if !ok {
			src = netip.IPv4Unspecified() // a probe, RFC 5227
		}
		return s.send(arpFrame(s.own, everybody, opRequest, src, s.own, ip))
	}
	src, ok := s.source(func(a netip.Addr) bool { return a.Is6() && a.IsLinkLocalUnicast() })
	if !ok {
		return nil
	}
	return s.send(solicit(s.own, src, ip))
}

// resolve gives where addresses are, asking for those that are not known, for a moment.
func (s *segment) resolve(ctx context.Context, ips []netip.Addr) error {
	for round := range 12 {
		missing := s.missing(ips)
		if len(missing) == 0 {
			return nil
		}
		if round%4 == 0 {
			for _, ip := range missing {
				if err := s.ask(ip); err != nil {
					return err
				}
			}
		}
		if err := wait(ctx, 25*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func (s *segment) missing(ips []netip.Addr) (out []netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ip := range ips {
		if _, known := s.near[ip]; !known && !slices.Contains(s.ips, ip) {
			out = append(out, ip)
		}
	}
	return out
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// sweep asks for every IPv4 address of the segment and every IPv6 node's answer, so that those
// who have talked with a victim for long without asking are known, too.
func (s *segment) sweep(ctx context.Context) error {
	s.mu.Lock()
	fresh := time.Since(s.swept) < sweepAgain
	s.swept = time.Now()
	s.mu.Unlock()
	if fresh {
		return nil
	}
	for _, a := range s.ips {
		if a.Is6() && s.has(a) {
			if err := s.send(roll(s.own, a)); err != nil {
				return err
			}
		}
	}
	n := 0
	for _, p := range s.Prefixes {
		if !p.Addr().Is4() {
			continue
		}
		for a := p.Masked().Addr(); p.Contains(a); a = a.Next() {
			if err := s.ask(a); err != nil {
				return err
			}
			if n++; n%64 == 0 {
				if err := wait(ctx, 10*time.Millisecond); err != nil {
					return err
				}
			}
		}
	}
	return wait(ctx, 50*time.Millisecond)
}
