package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// results is the table of what was fuzzed how long, a page for people that the next run reads.
type results struct {
	file        string
	rows        map[target]row
	head, after string // the page around the table
}

type row struct {
	length time.Duration
	execs  int
	failed int // runs that found something
}

const (
	columns = "| folder | target | minutes | executions | runs that failed |\n|---|---|---:|---:|---:|\n"
	title   = "# What was fuzzed how long\n\n`make fuzz` adds to this table. Minutes and executions are sums of all runs.\n\n"
)

func (r *results) of(t target) row { return r.rows[t] }

// read takes up the page; a missing one is empty.
func (r *results) read() error {
	r.rows, r.head = map[target]row{}, title
	b, err := os.ReadFile(r.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(b), columns)
	if !ok {
		return fmt.Errorf("%s has no table headed %q: put it back", r.file, columns)
	}
	r.head = head
	for strings.HasPrefix(rest, "|") {
		line, more, _ := strings.Cut(rest, "\n")
		rest = more
		var t target
		var minutes float64
		var x row
		fields := strings.ReplaceAll(line, "|", " ")
		if _, err := fmt.Sscan(fields, &t.dir, &t.name, &minutes, &x.execs, &x.failed); err != nil {
			return fmt.Errorf("%s: %q: %w", r.file, line, err)
		}
		x.length = time.Duration(minutes * float64(time.Minute))
		r.rows[t] = x
	}
	r.after = rest
	return nil
}

// add notes a run and writes the page.
func (r *results) add(t target, o outcome) error {
	x := r.rows[t]
	x.length += o.length
	x.execs += o.execs
	if o.fault != "" {
		x.failed++
	}
	r.rows[t] = x
	return os.WriteFile(r.file, []byte(r.page()), 0o644)
}

func (r *results) page() string {
	var lines []string
	for t, x := range r.rows {
		lines = append(lines, fmt.Sprintf("| %s | %s | %.1f | %d | %d |\n", t.dir, t.name, x.length.Minutes(), x.execs, x.failed))
	}
	slices.Sort(lines)
	return r.head + columns + strings.Join(lines, "") + r.after
}
