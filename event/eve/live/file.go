package live

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// handle is what the file needs of the operating system; tests put a failing one in its place.
type handle interface {
	io.Writer
	io.ReaderAt
	Stat() (os.FileInfo, error)
	Truncate(size int64) error
	Close() error
}

// file writes whole lines. A write that fails in the middle is taken back, and what a killed process left unfinished is cut
// off, so that no torn line ever stands between others. It belongs to one goroutine.
type file struct {
	cfg  FileConfig
	open func(path string) (handle, error)
	now  func() time.Time
	aged func(path string) // told of each rotated file; nil = nobody

	h    handle
	size int64     // of whole lines
	torn bool      // a broken line could not be taken back: it is ended before the next one
	next time.Time // rotation by the clock
}

func newFile(cfg FileConfig) *file {
	return &file{cfg: cfg, now: time.Now, open: openAppend}
}

func openAppend(path string) (handle, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o640)
}

// write appends b, which holds whole lines. After an error nothing of b stands in the file; the next call tries anew.
func (f *file) write(b []byte) error {
	if err := f.ready(int64(len(b))); err != nil {
		return err
	}
	if f.torn {
		if _, err := f.h.Write([]byte("\n")); err != nil {
			return err
		}
		f.torn, f.size = false, f.size+1
	}
	n, err := f.h.Write(b)
	if err == nil {
		f.size += int64(n)
		return nil
	}
	if n > 0 {
		f.torn = f.h.Truncate(f.size) != nil
		if f.torn {
			f.size += int64(n)
		}
	}
	return err
}

// ready opens the file where it is not open, and rotates it where it is time.
func (f *file) ready(more int64) error {
	now := f.now()
	if f.h != nil && f.due(now, more) {
		if err := f.rotate(now); err != nil {
			return err
		}
	}
	if f.h != nil {
		return nil
	}
	h, err := f.open(f.cfg.Path)
	if err != nil {
		return err
	}
	info, err := h.Stat()
	if err != nil {
		return errors.Join(err, h.Close())
	}
	f.h, f.size, f.torn = h, info.Size(), false
	if info.Mode().IsRegular() {
		f.mend()
	}
	f.schedule(now)
	return nil
}

// mend cuts off a last line without its end, which only a killed process leaves.
func (f *file) mend() {
	const longest = 1 << 20
	from := max(0, f.size-longest)
	tail := make([]byte, f.size-from)
	if n, err := f.h.ReadAt(tail, from); err != nil && n < len(tail) || len(tail) == 0 || tail[len(tail)-1] == '\n' {
		return
	}
	whole := from + int64(bytes.LastIndexByte(tail, '\n')+1)
	if f.torn = f.h.Truncate(whole) != nil; !f.torn {
		f.size = whole
	}
}

func (f *file) due(now time.Time, more int64) bool {
	return f.size > 0 && (f.cfg.RotateBytes > 0 && f.size+more > f.cfg.RotateBytes || !f.next.IsZero() && !now.Before(f.next))
}

func (f *file) schedule(now time.Time) {
	f.next = time.Time{}
	if every := f.cfg.RotateEvery; every > 0 {
		_, offset := now.Zone() // days begin at midnight of this machine's clock
		shift := time.Duration(offset) * time.Second
		f.next = now.Add(shift).Truncate(every).Add(every - shift)
	}
}

// rotate renames the file after the time and lets a new one begin. Where it cannot be renamed, writing goes on.
func (f *file) rotate(now time.Time) error {
	f.schedule(now)
	old := rotatedName(f.cfg.Path, now)
	if err := os.Rename(f.cfg.Path, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("rotate: %w", err)
	} else if err == nil && f.aged != nil {
		f.aged(old)
	}
	return f.close()
}

// rotatedName puts the time between name and extension: eve-20261121T090000Z.json; a second one within a second is numbered.
func rotatedName(path string, at time.Time) string {
	ext := filepath.Ext(path)
	stem := path[:len(path)-len(ext)] + "-" + at.UTC().Format("20060102T150405Z")
	for i := 0; ; i++ {
		name := stem + ext
		if i > 0 {
			name = fmt.Sprintf("%s.%04d%s", stem, i, ext)
		}
		if !exists(name) && !exists(name+".gz") {
			return name
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (f *file) close() error {
	if f.h == nil {
		return nil
	}
	h := f.h
	f.h = nil
	return h.Close()
}
