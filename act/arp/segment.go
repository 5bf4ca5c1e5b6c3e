package arp

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Limits of what one segment remembers; what is beyond is counted.
const (
	maxNear = 8192
	maxDue  = 20_000
)

// neighbour is where an address truly is.
type neighbour struct {
	MAC    event.MAC `json:"mac"`
	Router bool      `json:"router,omitempty"`
	seen   time.Time
}

// victim is the machine of one order.
type victim struct {
	order string
	until time.Time
	named []netip.Prefix           // what the order names
	at    map[netip.Addr]event.MAC // its addresses, and where they truly are
}

// segment speaks and listens on one interface.
type segment struct {
	Segment
	*wire
	every     time.Duration
	rate      int
	allow     []netip.Addr                     // an isolated machine may still reach them
	protected func(netip.Addr, event.MAC) bool // it is never cut
	in        func(func() error) error
	quit      chan struct{}
	done      sync.WaitGroup
	dropped   atomic.Int64 // words beyond the rate or the limits

	mu      sync.Mutex
	near    map[netip.Addr]neighbour
	victims map[string]*victim
	over    func(order string) // told when a victim's time has come
	due     []dueWord
	round   []word
	began   time.Time // the round's
	swept   time.Time
	tokens  float64
	filled  time.Time
}

func openSegment(s Segment, c *Config, h *hand) (*segment, error) {
	seg := &segment{Segment: s, every: c.Every, rate: c.Rate, protected: h.protected, over: h.ended, in: h.in, quit: make(chan struct{}),
		near: map[netip.Addr]neighbour{}, victims: map[string]*victim{}, tokens: float64(c.Rate), filled: time.Now()}
	for _, a := range h.deps.Allow {
		seg.allow = append(seg.allow, a.IP.Unmap())
	}
	if err := h.in(func() (err error) { seg.wire, err = openWire(s.Interface); return err }); err != nil {
		return nil, err
	}
	seg.done.Go(seg.listen)
	seg.done.Go(seg.speak)
	return seg, nil
}

// stop ends listening and speaking; the socket stays for last words.
func (s *segment) stop() {
	close(s.quit)
	s.done.Wait()
}

func (s *segment) listen() {
	b := make([]byte, 2048)
	for {
		select {
		case <-s.quit:
			return
		default:
		}
		if h, ok := read(s.next(b)); ok && h.from != s.own {
			s.hear(h, time.Now())
		}
	}
}

// hear learns where addresses are, and answers in others' names.
func (s *segment) hear(h heard, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h.ip.IsValid() && s.learn(h, now) {
		for _, v := range s.victims {
			s.lie(v, h.ip, now)
		}
	}
	for _, v := range s.victims {
		mine := v.has(h.mac)
		switch {
		case !h.asks.IsValid() && !(mine && !h.toUs):
		case mine && h.asks.IsValid() && h.asks != h.ip:
			s.answer(v, h, now)
		case mine: // it tells everybody where it is
			for ip := range s.near {
				s.lie(v, ip, now)
			}
		default:
			if _, asked := v.at[h.asks]; asked && h.ip.IsValid() && !s.answers(h.mac) {
				s.push(now, word{h.mac, h.ip, h.asks, s.own, false})
			}
		}
	}
}

// answer tells a victim that whom it asks for is here, and the asked one, whom the question told better, that the victim is.
func (s *segment) answer(v *victim, h heard, now time.Time) {
	if _, own := v.at[h.asks]; own || s.open(h.asks) || !s.has(h.asks) || slices.Contains(s.ips, h.asks) {
		return
	}
	s.push(now, word{h.mac, h.ip, h.asks, s.own, s.near[h.asks].Router})
	if _, known := s.near[h.asks]; known {
		s.lie(v, h.asks, now)
	}
}

// learn keeps where an address is; it reports what is new.
func (s *segment) learn(h heard, now time.Time) bool {
	if !s.has(h.ip) || h.ip.IsMulticast() || h.mac == s.own || h.mac[0]&1 != 0 || slices.Contains(s.ips, h.ip) {
		return false
	}
	old, known := s.near[h.ip]
	for _, v := range s.victims {
		if !v.has(h.mac) {
			continue
		}
		if known && old.MAC != h.mac {
			return false // a victim does not take over another's address
		}
		if !slices.Contains(s.Gateways, h.ip) && !h.router && !s.protected(h.ip, h.mac) {
			v.at[h.ip] = h.mac
		}
	}
	if !known && len(s.near) >= maxNear {
		s.dropped.Add(1)
		s.forget(now)
		return false
	}
	s.near[h.ip] = neighbour{h.mac, h.router || old.Router && old.MAC == h.mac, now}
	return !known || old.MAC != h.mac
}

// forget gives up those that have not been heard for an hour.
func (s *segment) forget(now time.Time) {
	maps.DeleteFunc(s.near, func(_ netip.Addr, n neighbour) bool { return now.Sub(n.seen) > time.Hour })
}

func (v *victim) has(m event.MAC) bool {
	for _, x := range v.at {
		if x == m {
			return true
		}
	}
	return false
}

// open reports whether an address may still be reached. A router's never is: behind it is everything.
func (s *segment) open(a netip.Addr) bool {
	return slices.Contains(s.allow, a) && !slices.Contains(s.Gateways, a) && !s.near[a].Router
}

// answers reports whether a machine has an address that may still be reached.
func (s *segment) answers(m event.MAC) bool {
	return slices.ContainsFunc(s.allow, func(a netip.Addr) bool { return s.near[a].MAC == m && s.open(a) })
}

// peers are the neighbours that hear of a victim.
func (s *segment) peers(v *victim) map[netip.Addr]neighbour {
	out := map[netip.Addr]neighbour{}
	for ip, n := range s.near {
		if !v.has(n.MAC) && !s.open(ip) {
			out[ip] = n
		}
	}
	return out
}
