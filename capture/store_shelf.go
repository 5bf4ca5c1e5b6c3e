package capture

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Names of the files: packets-<ns of the first packet>-<number>.pcapng, with .index beside it.
const (
	segmentPrefix = "packets-"
	segmentSuffix = ".pcapng"
	indexSuffix   = ".index"
)

// segment is one file of the ring.
type segment struct {
	path        string
	number      uint64 // they are written in this order; the clock may have been set meanwhile
	first, last int64  // capture times of its packets
	sure        bool   // first and last are those of all packets; false until the index was read, when an earlier process wrote it
	size        int64  // with its index
	written     time.Duration
}

// shelf is the files. Only the writer changes it.
type shelf struct {
	dir string

	mu       sync.Mutex // guards segments
	segments []segment  // oldest first; the last one is being written when file is open

	clock       func() time.Duration // since the store was opened: nobody sets it, and no packet's time moves it
	file, index *os.File
	begun       time.Duration // when file was opened
	end         int64         // bytes in file
	indexed     int64         // bytes in index
	ifaces      int           // described in file
	number      uint64
	hosts       hostSet
	scratch     []byte
	scarce      scarcity
}

func (h *shelf) load(dir string) error {
	h.dir = dir
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		s, ok := h.known(e)
		if !ok {
			h.orphan(e)
			continue
		}
		h.segments = append(h.segments, s)
	}
	slices.SortFunc(h.segments, func(a, b segment) int { return cmp.Compare(a.number, b.number) })
	return nil
}

// orphan removes an index that was left behind when its file went: a kill came in between.
func (h *shelf) orphan(e os.DirEntry) {
	name, ok := strings.CutSuffix(e.Name(), segmentSuffix+indexSuffix)
	if ok && strings.HasPrefix(name, segmentPrefix) && !exists(filepath.Join(h.dir, name+segmentSuffix)) {
		os.Remove(filepath.Join(h.dir, e.Name()))
	}
}

func (h *shelf) known(e os.DirEntry) (segment, bool) {
	var s segment
	name, ok := strings.CutSuffix(e.Name(), segmentSuffix)
	if !ok || !strings.HasPrefix(name, segmentPrefix) {
		return s, false
	}
	if _, err := fmt.Sscanf(name, segmentPrefix+"%d-%d", &s.first, &s.number); err != nil {
		return s, false
	}
	h.number = max(h.number, s.number)
	s.path = filepath.Join(h.dir, e.Name())
	for _, path := range []string{s.path, s.path + indexSuffix} {
		if st, err := os.Stat(path); err == nil {
			s.size += st.Size()
			s.written = min(0, -time.Since(st.ModTime()))
		}
	}
	return s, true
}

// extent says how many files there are, their bytes, and when the first packet came.
func (h *shelf) extent() (files int, bytes uint64, oldest time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.segments {
		bytes += uint64(s.size)
	}
	if len(h.segments) > 0 {
		oldest = time.Unix(0, h.segments[0].first).UTC()
	}
	return len(h.segments), bytes, oldest
}

// list gives the files, oldest first.
func (h *shelf) list() []segment {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.segments)
}

// learn notes the times of a file's packets, which an earlier process wrote.
func (h *shelf) learn(number uint64, first, last int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.segments {
		if s := &h.segments[i]; s.number == number {
			s.first, s.last, s.sure = first, last, true
		}
	}
}

// append writes a chunk and its line of the index, and lets go what is too old or too much.
func (h *shelf) append(s *Store, c *chunk) error {
	err := h.try(s, c)
	if noRoom(err) && h.yield(int64(len(c.data))) {
		err = h.try(s, c)
	}
	return err
}

func (h *shelf) try(s *Store, c *chunk) error {
	most := int64(s.cfg.SegmentMB) << 20
	full := h.end+int64(len(c.data)) > h.scarce.segment(most)
	if h.file != nil && (full || h.clock()-h.begun > s.cfg.MaxAge/8) {
		h.seal()
		h.scarce.sealed(most)
	}
	h.prune(s.cfg, c)
	if h.file == nil {
		if err := h.open(c.first); err != nil {
			return err
		}
	}
	if err := h.put(s, c); err != nil {
		h.undo()
		return err
	}
	h.scarce.used += int64(len(c.data))
	return nil
}

// put writes a chunk, behind the interfaces that it is the first to name, and its line of the index.
func (h *shelf) put(s *Store, c *chunk) error {
	ifaces := max(h.ifaces, c.ifaces)
	h.scratch = h.scratch[:0]
	for _, i := range s.ifaces.some(h.ifaces, ifaces) {
		h.scratch = appendInterface(h.scratch, i)
	}
	begin := h.end + int64(len(h.scratch))
	if _, err := h.file.Write(h.scratch); err != nil {
		return err
	}
	if _, err := h.file.Write(c.data); err != nil {
		return err
	}
	h.scratch = h.hosts.line(h.scratch[:0], c, begin, s.ifaces.some(0, ifaces))
	if _, err := h.index.Write(h.scratch); err != nil {
		return err
	}
	h.ifaces = ifaces
	h.indexed += int64(len(h.scratch))
	before := h.end
	h.end = begin + int64(len(c.data))
	h.grown(c, h.end-before+int64(len(h.scratch)))
	return nil
}

// undo takes back what a write has left unfinished; where it cannot, that is the end of this file.
func (h *shelf) undo() {
	for _, f := range []struct {
		file *os.File
		size int64
	}{{h.file, h.end}, {h.index, h.indexed}} {
		err := f.file.Truncate(f.size)
		if err == nil {
			_, err = f.file.Seek(f.size, io.SeekStart)
		}
		if err != nil {
			h.seal()
			return
		}
	}
}

func (h *shelf) grown(c *chunk, n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &h.segments[len(h.segments)-1]
	s.size, s.first, s.last, s.written = s.size+n, min(s.first, c.first), max(s.last, c.last), h.clock()
}

func (h *shelf) open(first int64) error {
	h.number++
	path := filepath.Join(h.dir, fmt.Sprintf("%s%020d-%08d%s", segmentPrefix, first, h.number, segmentSuffix))
	const flags = os.O_CREATE | os.O_EXCL | os.O_WRONLY
	file, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return err
	}
	index, err := os.OpenFile(path+indexSuffix, flags, 0o600)
	if err == nil {
		_, err = file.Write(appendSection(nil))
	}
	if err != nil {
		err = errors.Join(err, file.Close(), os.Remove(path))
		if index != nil { // or a full disk would gather one for each attempt
			err = errors.Join(err, index.Close(), os.Remove(path+indexSuffix))
		}
		return err
	}
	h.file, h.index, h.begun, h.end, h.indexed, h.ifaces = file, index, h.clock(), 28, 0, 0
	h.mu.Lock()
	defer h.mu.Unlock()
	h.segments = append(h.segments, segment{path: path, number: h.number, first: first, last: first, sure: true, size: 28, written: h.begun})
	return nil
}

// seal ends the file that is being written.
func (h *shelf) seal() {
	if h.file != nil {
		h.file.Close()
		h.index.Close()
		h.file, h.index = nil, nil
	}
}

func (h *shelf) close() error {
	h.seal()
	return nil
}

// prune removes the oldest files until a chunk has room; the one being written stays. How old one is does not depend on the times
// of packets: one of the year 2106, or a clock that leaps, must not end what is a minute old.
func (h *shelf) prune(cfg StoreConfig, c *chunk) {
	h.mu.Lock()
	defer h.mu.Unlock()
	total := int64(len(c.data))
	for _, s := range h.segments {
		total += s.size
	}
	for len(h.segments) > 0 {
		s := h.segments[0]
		open := len(h.segments) == 1 && h.file != nil
		if open || total <= int64(cfg.MaxMB)<<20 && h.clock()-s.written < cfg.MaxAge {
			return
		}
		total -= h.dropFirst()
	}
}

// dropFirst removes the oldest file, and returns how much it held.
func (h *shelf) dropFirst() int64 {
	s := h.segments[0]
	if os.Remove(s.path) == nil || !exists(s.path) {
		os.Remove(s.path + indexSuffix)
	}
	h.segments = h.segments[1:]
	return s.size
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
