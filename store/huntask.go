package store

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// question is what the hunting process is told on its standard input, as JSON. The input then stays open: its
// end tells that nobody waits for the answer any more.
type question struct {
	Dir       string    `json:"dir"` // the only directory that the engine may read
	Tmp       string    `json:"tmp"` // where it may put what does not fit into memory; "" = nowhere
	Files     []string  `json:"files"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	SQL       string    `json:"sql"`
	Free      bool      `json:"free"` // an analyst's own SQL: it must be one SELECT
	Args      []arg     `json:"args"`
	Limit     int       `json:"limit"` // rows
	MemoryMiB int       `json:"memory_mib"`
}

// arg is one named value of a hunt: text, or a number.
type arg struct {
	Name  string   `json:"name"`
	Text  string   `json:"text,omitempty"`
	Whole *int64   `json:"whole,omitempty"`
	Ratio *float64 `json:"ratio,omitempty"`
}

// answer is one part of what comes back, as gob: the columns first, rows in bunches, then how it ended.
type answer struct {
	Columns   []string
	Rows      [][]cell
	Done      bool
	Truncated bool
	Error     string
	Memory    bool // Error is want of memory
}

// cell is one value; Kind is one of n (nil) s i f b t (µs since 1970).
type cell struct {
	Kind  byte
	Text  string
	Int   int64
	Float float64
}

func (c cell) value() any {
	switch c.Kind {
	case 's':
		return c.Text
	case 'i':
		return c.Int
	case 'f':
		return c.Float
	case 'b':
		return c.Int != 0
	case 't':
		return time.UnixMicro(c.Int).UTC()
	}
	return nil
}

// maxAnswer bounds the bytes of one answer.
const maxAnswer = 256 << 20

// Hunt asks a named question over the telemetry; Hunts lists them with their parameters. The answer's times
// are UTC. Errors: ErrNoHunt, ErrHuntParam, ErrHuntTooBig, ErrHuntTimeout, ErrSlim. The work is done in another
// process, which ends with ctx.
func (s *State) Hunt(ctx context.Context, name string, params map[string]string) (event.Table, error) {
	if !canHunt {
		return event.Table{}, ErrSlim
	}
	h, sql, err := findHuntOrFree(name)
	if err != nil {
		return event.Table{}, err
	}
	values, err := h.bind(params, s.now())
	if err != nil {
		return event.Table{}, err
	}
	q, err := s.question(ctx, sql, values)
	if err != nil {
		return event.Table{}, err
	}
	select {
	case s.hunts <- struct{}{}:
		defer func() { <-s.hunts }()
	case <-ctx.Done():
		return event.Table{}, ctx.Err()
	}
	// Without room to write, as beside a Yagura of another user, everything must fit into memory.
	if scratch, err := os.MkdirTemp(s.cfg.tmpDir(), "hunt-"); err == nil {
		q.Tmp = scratch
		defer os.RemoveAll(scratch)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.HuntTimeout, ErrHuntTimeout)
	defer cancel()
	table, err := s.ask(ctx, q)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = fmt.Errorf("hunt %s: %w after %v: ask about a shorter time, or raise store.hunt_timeout", name, cause, s.cfg.HuntTimeout)
	}
	return table, err
}

// findHuntOrFree gives the SQL of a hunt; the analyst's own comes as a parameter.
func findHuntOrFree(name string) (HuntInfo, string, error) {
	if name == "sql" {
		list := Hunts()
		return list[len(list)-1], "", nil
	}
	return findHunt(name)
}

func (s *State) question(ctx context.Context, sql string, values map[string]any) (question, error) {
	dir, err := filepath.Abs(s.cfg.segmentDir())
	if err != nil {
		return question{}, err
	}
	q := question{Dir: dir, SQL: sql, Limit: s.cfg.HuntRows, MemoryMiB: s.cfg.HuntMemoryMiB}
	q.From, q.To = values["from"].(time.Time), values["to"].(time.Time)
	list, err := s.Segments(ctx, q.From, q.To)
	if err != nil {
		return q, err
	}
	for _, g := range list {
		q.Files = append(q.Files, filepath.Join(dir, g.Path))
	}
	for name, v := range values {
		switch v := v.(type) {
		case int64:
			if name == "limit" {
				q.Limit = min(q.Limit, int(v))
				continue
			}
			q.Args = append(q.Args, arg{Name: name, Whole: &v})
		case float64:
			q.Args = append(q.Args, arg{Name: name, Ratio: &v})
		case string:
			if name == "query" {
				q.SQL, q.Free = strings.TrimRight(v, "; \n\t"), true
				continue
			}
			q.Args = append(q.Args, arg{Name: name, Text: v})
		}
	}
	return q, nil
}

// ask runs the hunting process and reads its answer.
func (s *State) ask(ctx context.Context, q question) (event.Table, error) {
	command := s.cfg.HuntCommand
	if len(command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return event.Table{}, fmt.Errorf("find this program to hunt with: %w", err)
		}
		command = []string{self, "hunt-worker"}
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = []string{"LC_ALL=C.UTF-8", "TZ=UTC", "GOTRACEBACK=none"}
	cmd.WaitDelay = 2 * time.Second
	var said tail
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return event.Table{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return event.Table{}, err
	}
	if err := cmd.Start(); err != nil {
		return event.Table{}, fmt.Errorf("start the hunting process: %w", err)
	}
	sent := json.NewEncoder(in).Encode(q)
	table, err := listen(out)
	if err != nil {
		in.Close() // nobody waits for the rest; otherwise it ends by itself
	}
	ended := cmd.Wait()
	if err != nil && said.String() != "" {
		err = fmt.Errorf("%w (%s)", err, said.String())
	}
	if err == nil && ended != nil {
		err = fmt.Errorf("the hunting process failed at its end: %w", ended)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.Join(err, sent, ended)
	}
	return table, err
}

// listen puts the parts of an answer together.
func listen(out io.Reader) (t event.Table, err error) {
	dec := gob.NewDecoder(io.LimitReader(out, maxAnswer))
	for {
		var a answer
		if err := dec.Decode(&a); err != nil {
			return event.Table{}, fmt.Errorf("the hunting process ended before its answer did: %w", io.ErrUnexpectedEOF)
		}
		switch {
		case a.Memory:
			return event.Table{}, fmt.Errorf("%w: ask about a shorter time, or raise store.hunt_memory_mib (%s)", ErrHuntTooBig, a.Error)
		case a.Error != "":
			return event.Table{}, fmt.Errorf("%w: %s", ErrHuntParam, a.Error)
		}
		if a.Columns != nil {
			t.Columns = a.Columns
		}
		for _, r := range a.Rows {
			row := make([]any, len(r))
			for i, c := range r {
				row[i] = c.value()
			}
			t.Rows = append(t.Rows, row)
		}
		if a.Done {
			t.Truncated = a.Truncated
			return t, nil
		}
	}
}

// tail keeps the beginning of what a dying process says.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 2048 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
