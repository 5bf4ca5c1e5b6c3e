package store

import (
	"context"
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

// Hunt asks a named question over the telemetry; Hunts lists them with their parameters. The answer's times
// are UTC. Errors: ErrNoHunt, ErrHuntParam, ErrHuntTooBig, ErrHuntTimeout, ErrSlim. The work is done in another
// process, which ends with ctx.
func (s *State) Hunt(ctx context.Context, name string, params map[string]string) (event.Table, error) {
	if !canHunt && name != findingsHunt {
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
	if name == findingsHunt {
		return s.huntFindings(ctx, values)
	}
	if fresh := s.fresh.Load(); fresh != nil {
		(*fresh)(ctx)
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
