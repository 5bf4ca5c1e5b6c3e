package decide

import (
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event/japan"
)

// Hours is a part of the week as a town hall names it.
type Hours string

// Parts of the week. Closed is Night and Holiday together.
const (
	HoursOpen    Hours = "open"    // 開庁時間
	HoursClosed  Hours = "closed"  // 夜間・休日
	HoursNight   Hours = "night"   // a working day, outside of the opening hours
	HoursHoliday Hours = "holiday" // 閉庁日: weekend, national holiday, 年末年始, extra days
)

// Calendar says when the town hall is open (japan.JST).
type Calendar struct {
	Open    string   `yaml:"open"`     // "08:30"
	Close   string   `yaml:"close"`    // "17:15", later than Open
	Days    []string `yaml:"days"`     // mon tue wed thu fri sat sun
	YearEnd YearEnd  `yaml:"year_end"` // 年末年始の閉庁日
	Closed  []string `yaml:"closed"`   // further closed days, 2026-08-14
	Opened  []string `yaml:"opened"`   // open in spite of all: 休日開庁
}

// YearEnd is the closed days around New Year as MM-DD, both included; empty = none.
type YearEnd struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// DefaultCalendar is the usual one of a town hall: 8:30–17:15 on weekdays, closed 12/29–1/3.
func DefaultCalendar() Calendar {
	return Calendar{
		Open: "08:30", Close: "17:15", Days: []string{"mon", "tue", "wed", "thu", "fri"},
		YearEnd: YearEnd{From: "12-29", To: "01-03"},
	}
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// calendar is Calendar, read.
type calendar struct {
	open, close    time.Duration // since midnight
	days           [7]bool
	from, to       int // month*100+day; 0 = none
	closed, opened map[japan.Day]bool
}

func (c Calendar) read() (calendar, []error) {
	r := reader{}
	out := calendar{
		open: r.clock("calendar.open", c.Open), close: r.clock("calendar.close", c.Close),
		from: r.monthDay("calendar.year_end.from", c.YearEnd.From), to: r.monthDay("calendar.year_end.to", c.YearEnd.To),
		closed: r.dates("calendar.closed", c.Closed), opened: r.dates("calendar.opened", c.Opened),
	}
	if len(r.errs) == 0 && out.close <= out.open {
		r.fail("calendar.close", "%q is not after calendar.open %q: write the hours of one day, for example 08:30 and 17:15", c.Close, c.Open)
	}
	if (out.from == 0) != (out.to == 0) {
		r.fail("calendar.year_end", "only one end is given: write both from and to (MM-DD), or neither")
	}
	for i, name := range c.Days {
		w, ok := weekdays[strings.ToLower(name)]
		if !ok {
			r.fail(fmt.Sprintf("calendar.days[%d]", i), "%q is no weekday: use mon tue wed thu fri sat sun", name)
			continue
		}
		out.days[w] = true
	}
	return out, r.errs
}

// At names the part of the week of t: HoursOpen, HoursNight or HoursHoliday.
func (c calendar) at(t time.Time) Hours {
	d := japan.DayOf(t)
	if c.isClosedDay(d) {
		return HoursHoliday
	}
	local := t.In(japan.JST)
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	if clock < c.open || clock >= c.close {
		return HoursNight
	}
	return HoursOpen
}

func (c calendar) isClosedDay(d japan.Day) bool {
	switch {
	case c.opened[d]:
		return false
	case c.closed[d], !c.days[d.Weekday()], c.yearEnd(d):
		return true
	}
	return d.Holiday() != ""
}

func (c calendar) yearEnd(d japan.Day) bool {
	md := int(d.Month)*100 + d.Day
	switch {
	case c.from == 0:
		return false
	case c.from <= c.to:
		return c.from <= md && md <= c.to
	}
	return md >= c.from || md <= c.to // over New Year
}

// covers reports whether a rule's hours include the part of the week now.
func (h Hours) covers(now Hours) bool {
	return h == now || h == HoursClosed && now != HoursOpen
}
