package decide

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/event/japan"
)

func TestHoursOfTheWeek(t *testing.T) {
	cal := DefaultCalendar()
	cal.Closed, cal.Opened = []string{"2026-08-14"}, []string{"2026-03-29"}
	c, errs := cal.read()
	if errs != nil {
		t.Fatal(errs)
	}
	for at, want := range map[string]Hours{
		"2026-11-20 08:29": HoursNight, "2026-11-20 08:30": HoursOpen, "2026-11-20 17:14": HoursOpen,
		"2026-11-20 17:15": HoursNight, "2026-11-21 10:00": HoursHoliday, "2026-11-23 10:00": HoursHoliday,
		"2026-12-28 10:00": HoursOpen, "2026-12-29 10:00": HoursHoliday, "2027-01-01 10:00": HoursHoliday,
		"2028-01-03 10:00": HoursHoliday, "2027-01-04 10:00": HoursOpen, "2026-08-14 10:00": HoursHoliday,
		"2026-03-29 10:00": HoursOpen, // a Sunday on which the counters are open
	} {
		moment, _ := time.ParseInLocation("2006-01-02 15:04", at, japan.JST)
		if got := c.at(moment.UTC()); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
	if !HoursClosed.covers(HoursNight) || !HoursClosed.covers(HoursHoliday) || HoursClosed.covers(HoursOpen) {
		t.Error("closed must be night and holiday")
	}
}
