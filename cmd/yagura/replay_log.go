package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
	alllogs "github.com/yagura-project/yagura/dissect/log/all"
	"github.com/yagura-project/yagura/event"
)

// logFile is a log of a known format.
type logFile struct {
	format log.Format
	in     io.Reader
	file   *os.File
}

// Close closes the file.
func (l *logFile) Close() error { return l.file.Close() }

// openLog opens path when its first lines are those of a known log; ok is false for all else, captures included.
func openLog(path string) (l *logFile, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	defer func() {
		if !ok {
			_ = f.Close()
		}
	}()
	in := bufio.NewReaderSize(f, 16<<10)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, false
		}
		in = bufio.NewReaderSize(z, 16<<10)
	}
	head, err := in.Peek(16 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false
	}
	if bytes.IndexByte(head, 0) >= 0 { // no text: a capture
		return nil, false
	}
	format, ok := log.Find(head, alllogs.Formats)
	written := time.Time{}
	if st, err := f.Stat(); err == nil {
		written = st.ModTime()
	}
	return &logFile{format.At(log.Clock{Now: written}), in, f}, ok
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
