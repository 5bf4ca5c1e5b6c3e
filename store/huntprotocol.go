package store

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
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
