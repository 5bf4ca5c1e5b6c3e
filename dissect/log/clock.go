package log

import (
	"strconv"
	"strings"
	"time"
)

// Clock is what a line's own time is read with: many lack the year, the zone or both.
type Clock struct {
	Now  time.Time      // when the line was received, or its file last written
	Zone *time.Location // of lines that name none; nil = Japan
}

// JST is the zone of lines that name none.
var JST = time.FixedZone("JST", 9*60*60)

func (c Clock) zone() *time.Location {
	if c.Zone == nil {
		return JST
	}
	return c.Zone
}

// layouts are those that products write, the year included, by the first thing that tells them apart.
var (
	layoutsT     = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04:05.999999999"}
	layoutsDash  = []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05.999999999"}
	layoutsMonth = []string{"Jan _2 2006 15:04:05 -07:00", "Jan _2 2006 15:04:05 MST", "Jan _2 2006 15:04:05.999 MST", "Jan _2 2006 15:04:05"}
	layoutsSlash = []string{"2006/01/02 15:04:05"}
	layoutsDay   = []string{"02/Jan/2006:15:04:05 -0700"}
)

// layouts are those that s can have; none: only one without a year. A failed try costs as much as reading the rest of a line.
func layouts(s string) []string {
	switch {
	case s[0] > '9':
		if s[8] == ':' || len(s) > 9 && s[9] == ':' { // Jan _2 15:04:05
			return nil
		}
		return layoutsMonth
	case s[2] == '/':
		return layoutsDay
	case s[4] == '/':
		return layoutsSlash
	case len(s) > 10 && s[10] == 'T':
		return layoutsT
	}
	return layoutsDash
}

// offsets are written with the name of the zone that they are counted from.
var offsets = strings.NewReplacer("GMT+", "+", "GMT-", "-", "UTC+", "+", "UTC-", "-")

// Time reads a time as products write it: a date in one of several shapes, or seconds, milli-, micro- or nanoseconds since 1970.
func (c Clock) Time(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 9 || len(s) > 64 {
		return time.Time{}, false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return since1970(n)
	}
	if len(s) > 20 {
		s = offsets.Replace(s)
	}
	for _, l := range layouts(s) {
		if t, err := time.ParseInLocation(l, s, c.zone()); err == nil && t.Year() > 1970 && t.Year() < 2200 {
			return t.UTC(), true
		}
	}
	return c.Yearless(s)
}

func since1970(n int64) (time.Time, bool) {
	switch {
	case n < 1e8 || n > 7e18:
		return time.Time{}, false
	case n < 1e11:
		return time.Unix(n, 0).UTC(), true
	case n < 1e14:
		return time.UnixMilli(n).UTC(), true
	case n < 1e17:
		return time.UnixMicro(n).UTC(), true
	}
	return time.Unix(0, n).UTC(), true
}

// Yearless reads "Jan  2 15:04:05" (RFC 3164 §4.1.2) as the nearest such moment to Now: on New Year's Eve that is another year.
func (c Clock) Yearless(s string) (best time.Time, ok bool) {
	t, err := time.Parse("Jan _2 15:04:05", s) // fractions are accepted too; the year is 0, which has a 29 February
	if err != nil {
		return best, false
	}
	for y := c.Now.Year() - 1; y <= c.Now.Year()+1; y++ {
		at := time.Date(y, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), c.zone())
		if at.Month() != t.Month() { // no 29 February in that year
			continue
		}
		if !ok || at.Sub(c.Now).Abs() < best.Sub(c.Now).Abs() {
			best, ok = at.UTC(), true
		}
	}
	return best, ok
}
