package report

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// JST is the clock on the wall of every town hall.
var JST = time.FixedZone("JST", 9*60*60)

// Period is from … until (exclusive), in UTC.
type Period struct{ From, Until time.Time }

// ErrPeriod says that a period cannot be read.
var ErrPeriod = errors.New(`write the period as "2026-11" (a month), "2026-11-02" (a day), "2026-11-01..2026-11-20" (days, both included), "today", "yesterday" or "last-month"`)

// Month is a calendar month in Japan.
func Month(year int, month time.Month) Period {
	from := time.Date(year, month, 1, 0, 0, 0, 0, JST)
	return Period{from.UTC(), from.AddDate(0, 1, 0).UTC()}
}

// Days is whole days in Japan, both included.
func Days(first, last time.Time) Period {
	return Period{midnight(first).UTC(), midnight(last).AddDate(0, 0, 1).UTC()}
}

func midnight(t time.Time) time.Time {
	y, m, d := t.In(JST).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, JST)
}

// ParsePeriod reads a period as a person writes it; "" and "last-month" are the month before now.
func ParsePeriod(text string, now time.Time) (Period, error) {
	switch text {
	case "", "last-month":
		return Month(now.In(JST).Year(), now.In(JST).Month()-1), nil
	case "this-month":
		return Month(now.In(JST).Year(), now.In(JST).Month()), nil
	case "today":
		return Days(now, now), nil
	case "yesterday":
		return Days(now.AddDate(0, 0, -1), now.AddDate(0, 0, -1)), nil
	}
	if t, err := time.ParseInLocation("2006-01", text, JST); err == nil {
		return Month(t.Year(), t.Month()), nil
	}
	first, last, ok := strings.Cut(text, "..")
	if !ok {
		last = first
	}
	a, err := time.ParseInLocation(time.DateOnly, first, JST)
	b, err2 := time.ParseInLocation(time.DateOnly, last, JST)
	if err != nil || err2 != nil {
		return Period{}, fmt.Errorf("period %q: %w", text, ErrPeriod)
	}
	if b.Before(a) {
		return Period{}, fmt.Errorf("period %q ends before it begins: %w", text, ErrPeriod)
	}
	return Days(a, b), nil
}

// Validate refuses an empty period and one longer than ten years.
func (p Period) Validate() error {
	if !p.From.Before(p.Until) || p.Until.Sub(p.From) > 3660*24*time.Hour {
		return fmt.Errorf("period %s – %s: %w", p.From.Format(time.RFC3339), p.Until.Format(time.RFC3339), ErrPeriod)
	}
	return nil
}

// Length is how long the period lasts.
func (p Period) Length() time.Duration { return p.Until.Sub(p.From) }

// WholeMonth tells whether the period is one calendar month.
func (p Period) WholeMonth() bool {
	f := p.From.In(JST)
	return Month(f.Year(), f.Month()) == Period{p.From.UTC(), p.Until.UTC()}
}

// Before is the period to compare with: the month before a month, else as much time just before.
func (p Period) Before() Period {
	if p.WholeMonth() {
		f := p.From.In(JST)
		return Month(f.Year(), f.Month()-1)
	}
	return Period{p.From.Add(-p.Length()), p.From}
}

var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// Label writes the period for people.
func (p Period) Label(lang string) string {
	from, last := p.From.In(JST), p.Until.In(JST).Add(-time.Nanosecond)
	whole := midnight(from).Equal(from) && midnight(p.Until).Equal(p.Until)
	oneDay := from.Format(time.DateOnly) == last.Format(time.DateOnly)
	ja := lang != "en"
	switch {
	case p.WholeMonth() && ja:
		return from.Format("2006年1月")
	case p.WholeMonth():
		return from.Format("January 2006")
	case whole && oneDay && ja:
		return from.Format("2006年1月2日") + "（" + weekdays[from.Weekday()] + "）"
	case whole && oneDay:
		return from.Format("Monday, 2 January 2006")
	case whole && ja:
		return from.Format("2006年1月2日") + "～" + last.Format(shortEnd(from, last, "1月2日", "2006年1月2日"))
	case whole:
		return from.Format("2 Jan 2006") + " – " + last.Format("2 Jan 2006")
	case ja:
		return from.Format("2006年1月2日 15:04") + "～" + p.Until.In(JST).Format("1月2日 15:04")
	}
	return from.Format("2 Jan 2006 15:04") + " – " + p.Until.In(JST).Format("2 Jan 15:04") + " JST"
}

func shortEnd(a, b time.Time, sameYear, otherYear string) string {
	if a.Year() == b.Year() {
		return sameYear
	}
	return otherYear
}
