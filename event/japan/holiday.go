// Package japan knows the days of Japan: its clock, its national holidays, computed as the law says.
package japan

import "time"

// JST is the clock of the town hall; Japan has had no summer time since 1952.
var JST = time.FixedZone("JST", 9*60*60)

// Day is a date in Japan, without a clock; comparable.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the date in Japan at t.
func DayOf(t time.Time) Day {
	y, m, d := t.In(JST).Date()
	return Day{y, m, d}
}

// Time is midnight at the beginning of the day.
func (d Day) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, JST) }

// Add is the day n days later.
func (d Day) Add(n int) Day { return DayOf(d.Time().AddDate(0, 0, n)) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

func (d Day) same(m time.Month, n int) bool { return d.Month == m && d.Day == n }

// Holiday is the name of the national holiday on the JST date of t, or ""
// (国民の祝日に関する法律, as in force from 2020; equinoxes by the formula that holds until 2150).
func Holiday(t time.Time) string { return DayOf(t).Holiday() }

// Holiday is the name of the national holiday on that day, or "".
func (d Day) Holiday() string {
	if name := named(d); name != "" {
		return name
	}
	if substitute(d) {
		return "振替休日"
	}
	// Article 3 (3): a day between two holidays is a holiday (国民の休日).
	if named(d.Add(-1)) != "" && named(d.Add(1)) != "" {
		return "国民の休日"
	}
	return ""
}

// substitute is article 3 (2): a holiday on a Sunday moves to the next day that is none.
func substitute(d Day) bool {
	for back := d.Add(-1); named(back) != ""; back = back.Add(-1) {
		if back.Weekday() == time.Sunday {
			return true
		}
	}
	return false
}

// named is article 2: the holidays that have a name of their own.
func named(d Day) string {
	if name, moved := olympic(d); moved {
		return name
	}
	for _, h := range fixedHolidays {
		if d.same(h.m, h.d) {
			return h.name
		}
	}
	for _, h := range mondayHolidays {
		if d.Month == h.m && d.Weekday() == time.Monday && (d.Day-1)/7 == h.nth-1 {
			return h.name
		}
	}
	switch {
	case d.same(time.March, equinox(d.Year, 20.8431, 21.8510)):
		return "春分の日"
	case d.same(time.September, equinox(d.Year, 23.2488, 24.2488)):
		return "秋分の日"
	}
	return ""
}

var fixedHolidays = []struct {
	m    time.Month
	d    int
	name string
}{
	{time.January, 1, "元日"}, {time.February, 11, "建国記念の日"}, {time.February, 23, "天皇誕生日"},
	{time.April, 29, "昭和の日"}, {time.May, 3, "憲法記念日"}, {time.May, 4, "みどりの日"}, {time.May, 5, "こどもの日"},
	{time.August, 11, "山の日"}, {time.November, 3, "文化の日"}, {time.November, 23, "勤労感謝の日"},
}

var mondayHolidays = []struct {
	m    time.Month
	nth  int
	name string
}{
	{time.January, 2, "成人の日"}, {time.July, 3, "海の日"}, {time.September, 3, "敬老の日"}, {time.October, 2, "スポーツの日"},
}

// olympic moves three holidays of 2020 and 2021 (Olympic special measures law); moved is
// also true where such a day was taken away from its usual place.
func olympic(d Day) (name string, moved bool) {
	if d.Year != 2020 && d.Year != 2021 {
		return "", false
	}
	for _, o := range olympicDays {
		if d == o.to {
			return o.name, true
		}
	}
	usual := d.same(time.August, 11) ||
		d.Weekday() == time.Monday && (d.Month == time.July && (d.Day-1)/7 == 2 || d.Month == time.October && (d.Day-1)/7 == 1)
	return "", usual
}

var olympicDays = []struct {
	to   Day
	name string
}{
	{Day{2020, time.July, 23}, "海の日"}, {Day{2020, time.July, 24}, "スポーツの日"}, {Day{2020, time.August, 10}, "山の日"},
	{Day{2021, time.July, 22}, "海の日"}, {Day{2021, time.July, 23}, "スポーツの日"}, {Day{2021, time.August, 8}, "山の日"},
}

// equinox is the day of the month by the National Astronomical Observatory's
// approximation; base is for 1980–2099, later for 2100–2150.
func equinox(year int, base, later float64) int {
	if year >= 2100 {
		base = later
	}
	n := year - 1980
	return int(base+0.242194*float64(n)) - n/4
}
