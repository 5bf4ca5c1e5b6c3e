package detect

import (
	"time"

	"github.com/yagura-project/yagura/event/japan"
)

// slotLength is the grain of an endpoint's active time.
const slotLength = 10 * time.Minute

const slotCount = int(memory / slotLength)

// Hours remembers, for the last 14 days, in which ten minutes an endpoint sent
// something. A PC that is off at night is judged on the time that it was on.
type Hours struct {
	bits  [(slotCount + 63) / 64]uint64
	first int64 // slot number of the first mark; 0 = none
	last  int64 // slot number since 1970 of the newest mark; 0 = none
}

func slotOf(t time.Time) int64 { return t.Unix() / int64(slotLength/time.Second) }

func slotBit(slot int64) (word int, bit uint64) {
	i := int(slot % int64(slotCount))
	return i / 64, 1 << (i % 64)
}

// Mark says that the endpoint was on at t.
func (h *Hours) Mark(t time.Time) {
	s := slotOf(t)
	if h.first == 0 {
		h.first = s
	}
	if s > h.last {
		for n := max(h.last+1, s-int64(slotCount)+1); n < s; n++ {
			w, b := slotBit(n)
			h.bits[w] &^= b
		}
		h.last = s
	}
	if s <= h.last-int64(slotCount) {
		return
	}
	w, b := slotBit(s)
	h.bits[w] |= b
}

// On reports whether the endpoint was on around t.
func (h *Hours) On(t time.Time) bool {
	s := slotOf(t)
	if h == nil || s > h.last || s <= h.last-int64(slotCount) {
		return false
	}
	w, b := slotBit(s)
	return h.bits[w]&b != 0
}

// Active is how much of [from, to) the endpoint was on, in whole slots.
func (h *Hours) Active(from, to time.Time) time.Duration {
	if h == nil {
		return 0
	}
	var n int64
	for s := max(slotOf(from), h.last-int64(slotCount)+1); s <= slotOf(to) && s <= h.last; s++ {
		if w, b := slotBit(s); h.bits[w]&b != 0 {
			n++
		}
	}
	return time.Duration(n) * slotLength
}

// Usual is on how many of the days before t, of the same kind (working days or not), the endpoint was on within half an
// hour of that time of day, and how many such days are remembered.
func (h *Hours) Usual(t time.Time) (on, days int) {
	free := Free(t)
	return h.on(t, func(then time.Time) bool { return Free(then) == free })
}

// Ever is Usual with all days before t, whatever their kind.
func (h *Hours) Ever(t time.Time) (on, days int) {
	return h.on(t, func(time.Time) bool { return true })
}

func (h *Hours) on(t time.Time, counts func(then time.Time) bool) (on, days int) {
	if h == nil {
		return 0, 0
	}
	for back := 1; back < int(memory/oneDay); back++ {
		then := t.Add(-time.Duration(back) * oneDay)
		if slotOf(then) < h.first || slotOf(then) <= h.last-int64(slotCount) {
			break
		}
		if !counts(then) {
			continue
		}
		days++
		if h.Active(then.Add(-30*time.Minute), then.Add(30*time.Minute)) > 0 {
			on++
		}
	}
	return on, days
}

// Free reports whether a town hall is closed on the day of t: weekends, national holidays, 12/29 to 1/3.
func Free(t time.Time) bool {
	d := japan.DayOf(t)
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || d.Holiday() != "" ||
		d.Month == time.December && d.Day >= 29 || d.Month == time.January && d.Day <= 3
}

// Office reports whether t is within the usual hours of a town hall, overtime included: a working day, 7 to 22 o'clock.
func Office(t time.Time) bool {
	hour := t.In(japan.JST).Hour()
	return hour >= 7 && hour < 22 && !Free(t)
}
