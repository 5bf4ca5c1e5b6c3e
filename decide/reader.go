package decide

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event/japan"
)

// Problem is one setting that cannot be obeyed: the field's path below the
// room's section, and what is wrong with it and how to mend it.
type Problem struct {
	Field string // rules[2].mode
	Text  string
}

func (p Problem) Error() string { return p.Field + ": " + p.Text }

// reader collects problems while settings are read.
type reader struct{ errs []error }

func (r *reader) fail(field, format string, args ...any) {
	r.errs = append(r.errs, Problem{Field: field, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) clock(field, s string) time.Duration {
	t, err := time.Parse("15:04", s)
	if err != nil {
		r.fail(field, "%q is no time of day: write it as 08:30", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

func (r *reader) monthDay(field, s string) int {
	if s == "" {
		return 0
	}
	// A leap year, so that 02-29 can be written.
	t, err := time.Parse("2006-01-02", "2024-"+s)
	if err != nil {
		r.fail(field, "%q is no day of the year: write it as 12-29", s)
		return 0
	}
	return int(t.Month())*100 + t.Day()
}

func (r *reader) dates(field string, in []string) map[japan.Day]bool {
	out := map[japan.Day]bool{}
	for i, s := range in {
		t, err := time.ParseInLocation("2006-01-02", s, japan.JST)
		if err != nil {
			r.fail(fmt.Sprintf("%s[%d]", field, i), "%q is no date: write it as 2026-08-14", s)
			continue
		}
		out[japan.DayOf(t)] = true
	}
	return out
}
