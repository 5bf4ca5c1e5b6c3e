package syslog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Position is a place in the spool: all before it has been given out.
type Position struct {
	Segment uint64 `json:"segment"`
	Offset  int64  `json:"offset"`
}

func (p Position) before(q Position) bool {
	return p.Segment < q.Segment || p.Segment == q.Segment && p.Offset < q.Offset
}

// spool keeps messages on disk from their receipt until they are judged. What append has returned from is in the
// kernel's hands and survives the end of this process; synced every second, it survives the end of the machine's power
// but for that second. One goroutine reads.
type spool struct {
	dir   string
	limit int64

	mu      sync.Mutex
	file    *os.File       // written to
	at      Position       // of the next record to be written
	read    *segmentReader // nil: none open
	next    Position       // of the next record to be read
	done    Position       // all before is judged
	kept    Position       // what the cursor on disk says
	keptAt  time.Time
	size    map[uint64]int64 // of each segment that is there
	scratch []byte
	more    chan struct{} // told of each append
	room    chan struct{} // told when segments go
	dirty   bool
}

// segmentSize is from what size on a new file is begun.
const segmentSize = 8 << 20

// errFull says that as much waits as may.
var errFull = errors.New("the spool is full")

func openSpool(dir string, limit int64) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("syslog spool: %w", err)
	}
	s := &spool{dir: dir, limit: limit, size: map[uint64]int64{}, more: make(chan struct{}, 1), room: make(chan struct{}, 1)}
	if err := s.takeUp(); err != nil {
		return nil, fmt.Errorf("syslog spool %s: %w", dir, err)
	}
	return s, nil
}

// takeUp finds what the last run left, cuts a record that was being written when it ended, and goes on behind it.
func (s *spool) takeUp() error {
	b, err := os.ReadFile(s.cursor())
	if err == nil {
		err = json.Unmarshal(b, &s.done)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cursor: %w (remove the file to judge again all that is kept)", err)
	}
	names, err := filepath.Glob(filepath.Join(s.dir, "*.spool"))
	if err != nil {
		return err
	}
	slices.Sort(names)
	var last uint64
	for _, name := range names {
		var n uint64
		if _, err := fmt.Sscanf(filepath.Base(name), "%016x.spool", &n); err != nil {
			continue
		}
		if n < s.done.Segment {
			if err := os.Remove(name); err != nil {
				return err
			}
			continue
		}
		size, err := wholeRecords(name)
		if err != nil {
			return err
		}
		s.size[n], last = size, n
	}
	if len(s.size) == 0 {
		last = s.done.Segment + 1
		s.done = Position{Segment: last}
	}
	if first := slices.Min(append(keys(s.size), last)); s.done.Segment < first {
		s.done = Position{Segment: first}
	}
	s.next, s.kept = s.done, s.done
	return s.begin(last)
}

func keys(m map[uint64]int64) (out []uint64) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

func (s *spool) cursor() string { return filepath.Join(s.dir, "cursor") }

func (s *spool) path(n uint64) string { return filepath.Join(s.dir, fmt.Sprintf("%016x.spool", n)) }

// begin opens a segment for writing at its end.
func (s *spool) begin(n uint64) error {
	f, err := os.OpenFile(s.path(n), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if s.file != nil {
		if err := errors.Join(s.file.Sync(), s.file.Close()); err != nil {
			return err
		}
	}
	s.file, s.at = f, Position{n, s.size[n]}
	s.size[n] = s.at.Offset
	return nil
}

// append writes messages with one system call.
func (s *spool) append(list []Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.scratch[:0]
	for _, m := range list {
		b = m.encode(b)
	}
	s.scratch = b[:0]
	if s.waiting()+int64(len(b)) > s.limit {
		return errFull
	}
	if s.at.Offset > 0 && s.at.Offset+int64(len(b)) > segmentSize {
		if err := s.begin(s.at.Segment + 1); err != nil {
			return fmt.Errorf("syslog spool: %w", err)
		}
	}
	n, err := s.file.Write(b)
	if err != nil {
		if n > 0 { // a part of it stands there: take it back, so that what follows can be read
			err = errors.Join(err, s.file.Truncate(s.at.Offset))
		}
		return fmt.Errorf("syslog spool: %w", err)
	}
	s.at.Offset += int64(n)
	s.size[s.at.Segment] = s.at.Offset
	s.dirty = true
	notify(s.more)
	return nil
}

func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// waiting is how many bytes are kept; mu is held.
func (s *spool) waiting() (n int64) {
	for _, size := range s.size {
		n += size
	}
	return n
}

// put is append that waits for room, which makes a TCP sender wait.
func (s *spool) put(ctx context.Context, list []Message) error {
	for {
		err := s.append(list)
		if !errors.Is(err, errFull) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.room:
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// sync puts what was written onto the disk.
func (s *spool) sync() error {
	s.mu.Lock()
	f, dirty := s.file, s.dirty
	s.dirty = false
	s.mu.Unlock()
	if !dirty || f == nil {
		return nil
	}
	if err := f.Sync(); err != nil && !errors.Is(err, fs.ErrClosed) { // closed: begin has synced it
		return err
	}
	return nil
}

// close keeps the cursor and closes the files.
func (s *spool) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.keep()
	if s.read != nil {
		err = errors.Join(err, s.read.file.Close())
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Sync(), s.file.Close())
		s.file = nil
	}
	return err
}
