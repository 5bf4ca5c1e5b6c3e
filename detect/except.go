package detect

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// SetExceptions replaces the exceptions from now on; with an error the old ones stay.
func (e *Engine) SetExceptions(list []Exception) error {
	for i, x := range list {
		if err := x.Validate(); err != nil {
			return fmt.Errorf("detect.exceptions[%d]: %w", i, err)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cfg.Exceptions = list
	return nil
}

// Covers tells of a finding that was made already whether one of the exceptions that hold at now covers it, and in
// words which.
func Covers(list []Exception, now time.Time) func(*event.Finding) (why event.Text, ok bool) {
	return func(f *event.Finding) (event.Text, bool) {
		for _, x := range list {
			if now.Before(x.Expires) && x.Accepts(f) {
				until := x.Expires.In(japan.JST).Format("2006-01-02")
				return event.Text{JA: fmt.Sprintf("%s(%s、%sまで)", x.Reason, x.Owner, until), EN: fmt.Sprintf("%s (%s, until %s)", x.Reason, x.Owner, until)}, true
			}
		}
		return event.Text{}, false
	}
}
