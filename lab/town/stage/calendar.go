package stage

import (
	"math/rand/v2"
	"time"

	"github.com/yagura-project/yagura/event/japan"
)

// JST is the clock of the town.
var JST = japan.JST

// WorkDay reports whether the town hall is open on the Japanese day of t: no weekend, national holiday or turn of the year.
func WorkDay(t time.Time) bool {
	l := t.In(japan.JST)
	if l.Weekday() == time.Saturday || l.Weekday() == time.Sunday || japan.Holiday(t) != "" {
		return false
	}
	md := int(l.Month())*100 + l.Day()
	return md < 1229 && md > 103
}

// Midnight is when the Japanese day of t began.
func Midnight(t time.Time) time.Time {
	l := t.In(japan.JST)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, japan.JST).UTC()
}

// presence is when a machine is on, on one day.
type presence struct {
	day     int64 // days since 1970 in JST; 0: not asked yet
	on, off int64
	ok      bool
}

const (
	dayLength = int64(24 * time.Hour)
	jstOffset = int64(9 * time.Hour)
)

// Hours is when m is on, on the Japanese day of t; ok is false when it is off all day. Servers are always on.
func (s *Stage) Hours(m *Machine, t time.Time) (on, off time.Time, ok bool) {
	p := s.presence(m, t.UnixNano())
	return time.Unix(0, p.on).UTC(), time.Unix(0, p.off).UTC(), p.ok
}

func (s *Stage) presence(m *Machine, at int64) presence {
	day := (at + jstOffset) / dayLength
	if m.today.day == day {
		return m.today
	}
	midnight := day*dayLength - jstOffset
	p := presence{day: day, on: midnight, off: midnight + dayLength, ok: true}
	if !m.Server {
		p.on, p.off, p.ok = s.shift(m, day, midnight)
	}
	m.today = p
	return p
}

// shift: most arrive between 08:00 and 08:35 and leave after 17:15, some much later; a few are on leave, a few work at the weekend.
func (s *Stage) shift(m *Machine, day, midnight int64) (on, off int64, ok bool) {
	r := rand.New(rand.NewPCG(s.seed^uint64(m.Index)*0x9e3779b97f4a7c15, uint64(day)))
	at := func(d time.Duration) int64 { return midnight + int64(d) }
	spread := func(d time.Duration) time.Duration { return time.Duration(r.Float64() * float64(d)) }
	if !WorkDay(time.Unix(0, midnight+dayLength/2)) {
		if r.Float64() > 0.03 {
			return 0, 0, false
		}
		from := 9*time.Hour + spread(4*time.Hour)
		return at(from), at(from + time.Hour + spread(5*time.Hour)), true
	}
	if r.Float64() < 0.06 {
		return 0, 0, false
	}
	on = at(8*time.Hour + spread(35*time.Minute))
	late := 17*time.Hour + 15*time.Minute + time.Duration(r.ExpFloat64()*float64(25*time.Minute))
	if r.Float64() < 0.12 {
		late += time.Hour + spread(3*time.Hour)
	}
	return on, at(min(late, 23*time.Hour)), true
}

// On reports whether m is on now.
func (s *Stage) On(m *Machine) bool {
	p := s.presence(m, s.now)
	return p.ok && p.on <= s.now && s.now < p.off
}

// NextOn is the next moment from now at which m is on: now, or when it is switched on.
func (s *Stage) NextOn(m *Machine) time.Time {
	for at, n := s.now, 0; n < 60; at, n = at+dayLength, n+1 {
		p := s.presence(m, at)
		if !p.ok || s.now >= p.off {
			continue
		}
		return time.Unix(0, max(p.on, s.now)).UTC()
	}
	return s.End()
}
