package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
	alllogs "github.com/yagura-project/yagura/dissect/log/all"
	"github.com/yagura-project/yagura/event"
)

// logFile is a log of a known format.
type logFile struct {
	format log.Format
	in     io.Reader
}

// log gives a log whose first lines are those of a known format; ok is false for all else, captures included.
func (i *input) log() (l *logFile, ok bool) {
	head, ok := i.text()
	if !ok {
		return nil, false
	}
	format, ok := log.Find(head, alllogs.Formats)
	written := time.Time{}
	if st, err := i.file.Stat(); err == nil {
		written = st.ModTime()
	}
	return &logFile{format.At(log.Clock{Now: written}), i.in}, ok
}

// runLog judges a log in the time of its lines.
func (r *replay) runLog(ctx context.Context, l *logFile, start time.Time) error {
	r.findings = map[string]event.Finding{}
	inventory, err := r.prepareJudge()
	if err != nil {
		return err
	}
	st, err := log.Read(interruptible{ctx, l.in}, l.format, func(e event.Event) {
		e.Head().Sensor = r.path
		r.event(e, inventory)
		if r.eve != nil && r.eveErr == nil {
			r.eveErr = r.eve.Event(e)
		}
	})
	r.close()
	if err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	if st.Bad > 0 {
		fmt.Fprintf(r.err, "%s: %d of %d lines could not be read as a log of %s (%s)\n", r.path, st.Bad, st.Lines, l.format.Name, st.First)
	}
	if err := r.tell(); err != nil {
		return err
	}
	if !r.cmd.Quiet {
		p := findingPrinter{r.err, r.cmd.Lang}
		fmt.Fprintf(r.err, "%s: %s %d  %s %d  %s %s\n", r.path, p.label("行", "lines"), st.Lines, p.label("検知", "findings"), len(r.order), p.label("所要", "took"), time.Since(start).Round(time.Millisecond))
	}
	return r.eveErr
}

// interruptible ends reading when the context ends.
type interruptible struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (i interruptible) Read(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.in.Read(b)
}
