package openflow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/act"
)

// answer is what came of one switch.
type answer struct {
	*station
	commands []string
	heard    string
	held     map[string]act.Held
	err      error
}

func (a *answer) says(format string, args ...any) string {
	return a.label() + ": " + fmt.Sprintf(format, args...)
}

// each does the same on every switch at once, in bounded time.
func (h *hand) each(ctx context.Context, f func(context.Context, *link, site, *answer) error) []*answer {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	var wait sync.WaitGroup
	var out []*answer
	for _, s := range h.stations {
		a := &answer{station: s}
		out = append(out, a)
		wait.Go(func() {
			l, at, err := s.wait(ctx)
			if err == nil {
				if err = f(ctx, l, at, a); err != nil {
					err = fmt.Errorf("switch %s: %w", s.label(), err)
				}
			}
			a.err = err
		})
	}
	wait.Wait()
	return out
}

// sum is one error for all switches: nil when those that can be reached have done it and at least one has; absent
// names the others.
func sum(answers []*answer) (absent []string, err error) {
	var errs []error
	for _, a := range answers {
		var gone *away
		switch {
		case errors.As(a.err, &gone):
			absent = append(absent, a.err.Error())
		case a.err != nil:
			errs = append(errs, a.err)
		}
	}
	if len(absent) == len(answers) {
		errs = append(errs, errors.New(strings.Join(absent, "; ")))
	}
	if err := errors.Join(errs...); err != nil {
		return absent, fmt.Errorf("openflow: %w", err)
	}
	return absent, nil
}
