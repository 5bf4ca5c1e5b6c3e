package arp

import (
	"cmp"
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

// Linux ignores an ARP answer within a second of the last change (arp: locktime), so everything is said once more after it.
const (
	afterRival    = 30 * time.Millisecond // the true answer may come after ours
	afterLocktime = 1100 * time.Millisecond
	beat          = 50 * time.Millisecond
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

// word is one statement to one machine: ip is at mac.
type word struct {
	to     event.MAC
	toIP   netip.Addr
	ip     netip.Addr
	mac    event.MAC
	router bool
}

type dueWord struct {
	word
	at time.Time
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

// lie says, of a victim and one peer, to each that the other is here: now, after a rival, and after the lock time.
func (s *segment) lie(v *victim, peer netip.Addr, now time.Time) {
	for _, w := range s.lies(v, peer) {
		s.push(now, w)
	}
}

func (s *segment) lies(v *victim, peer netip.Addr) []word {
	p := s.near[peer]
	if v.has(p.MAC) || s.open(peer) {
		return nil
	}
	out := words(v.at, peer, p, func(netip.Addr, event.MAC) event.MAC { return s.own })
	if s.answers(p.MAC) { // its answers must find the way back
		out = slices.DeleteFunc(out, func(w word) bool { return w.to == p.MAC })
	}
	return out
}

// open reports whether an address may still be reached. A router's never is: behind it is everything.
func (s *segment) open(a netip.Addr) bool {
	return slices.Contains(s.allow, a) && !slices.Contains(s.Gateways, a) && !s.near[a].Router
}

// answers reports whether a machine has an address that may still be reached.
func (s *segment) answers(m event.MAC) bool {
	return slices.ContainsFunc(s.allow, func(a netip.Addr) bool { return s.near[a].MAC == m && s.open(a) })
}

// words are what a machine with the addresses at, and one peer, hear of each other; where says it of an address.
func words(at map[netip.Addr]event.MAC, peer netip.Addr, p neighbour, where func(netip.Addr, event.MAC) event.MAC) (out []word) {
	told := map[event.MAC]bool{}
	for _, a := range slices.SortedFunc(maps.Keys(at), netip.Addr.Compare) {
		if a.Is4() != peer.Is4() {
			continue
		}
		out = append(out, word{p.MAC, peer, a, where(a, at[a]), false})
		if !told[at[a]] {
			told[at[a]] = true
			out = append(out, word{at[a], a, peer, where(peer, p.MAC), p.Router})
		}
	}
	return out
}

func (s *segment) push(now time.Time, w word) {
	s.say(w, now)
	for _, later := range []time.Duration{afterRival, afterLocktime} {
		if len(s.due) >= maxDue {
			s.dropped.Add(1)
			return
		}
		s.due = append(s.due, dueWord{w, now.Add(later)})
	}
}

// say sends one word, within the rate. A lie that is over is not told.
func (s *segment) say(w word, now time.Time) {
	if w.mac == s.own && !s.stands(w) {
		return
	}
	s.tokens = min(float64(s.rate), s.tokens+now.Sub(s.filled).Seconds()*float64(s.rate))
	s.filled = now
	if s.tokens < 1 {
		s.dropped.Add(1)
		return
	}
	s.tokens--
	if s.send(s.frame(w)) != nil {
		s.dropped.Add(1)
	}
}

// stands reports whether a lie is about somebody who is still to be cut.
func (s *segment) stands(w word) bool {
	for _, v := range s.victims {
		if _, about := v.at[w.ip]; about || v.has(w.to) {
			return true
		}
	}
	return false
}

func (s *segment) frame(w word) []byte {
	if w.ip.Is4() {
		return arpFrame(s.own, w.to, opReply, w.ip, w.mac, w.toIP)
	}
	src, ok := s.source(func(a netip.Addr) bool { return a.Is6() && a.IsLinkLocalUnicast() })
	if !ok {
		src = w.ip // without IPv6 of its own
	}
	return advert(s.own, w.to, src, w.ip, w.mac, w.toIP, w.router)
}

// speak keeps the lies up.
func (s *segment) speak() {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-s.quit:
			return
		case now := <-tick.C:
			for _, order := range s.beat(now) {
				s.end(order)
				s.over(order)
			}
		}
	}
}

func (s *segment) beat(now time.Time) (over []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for order, v := range s.victims {
		if !now.Before(v.until) {
			over = append(over, order)
		}
	}
	s.due = slices.DeleteFunc(s.due, func(d dueWord) bool {
		if now.Before(d.at) {
			return false
		}
		s.say(d.word, now)
		return true
	})
	if len(s.round) == 0 && now.Sub(s.began) >= s.every {
		s.began = now
		for _, order := range slices.Sorted(maps.Keys(s.victims)) {
			for _, ip := range slices.SortedFunc(maps.Keys(s.near), netip.Addr.Compare) {
				s.round = append(s.round, s.lies(s.victims[order], ip)...)
			}
		}
	}
	// Half of the rate is left for answers.
	n := min(len(s.round), max(1, int(float64(s.rate)*beat.Seconds()/2)))
	for _, w := range s.round[:n] {
		s.say(w, now)
	}
	s.round = s.round[n:]
	return over
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

func compareWords(a, b word) int { return cmp.Or(a.ip.Compare(b.ip), a.toIP.Compare(b.toIP)) }
