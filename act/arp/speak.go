package arp

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Linux ignores an ARP answer within a second of the last change (arp: locktime), so everything is said once more after it.
const (
	afterRival    = 30 * time.Millisecond // the true answer may come after ours
	afterLocktime = 1100 * time.Millisecond
	beat          = 50 * time.Millisecond
)

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

func compareWords(a, b word) int { return cmp.Or(a.ip.Compare(b.ip), a.toIP.Compare(b.toIP)) }
