package live

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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

	h       handle
	size    int64     // of whole lines
	torn    bool      // a broken line could not be taken back: it is ended before the next one
	regular bool      // neither a pipe nor a device, which nobody may rename
	next    time.Time // rotation by the clock
	stuck   time.Time // until when it is not tried again to rename what could not be
	look    time.Time // when it is next seen whether the path still leads to this file
	told    error     // why it could not be renamed; handed out once by trouble
}

func newFile(cfg FileConfig) *file {
	return &file{cfg: cfg, now: time.Now, open: openAppend}
}

func openAppend(path string) (handle, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o640)
	if err != nil {
		return nil, err
	}
	// Two that write one file would rename it under each other's hands and cut off each other's lines. Where files have no locks, that is so.
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, fmt.Errorf("%s: another process writes this file; stop it, or name another eve.file.path", path)
	}
	return f, nil
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
		f.shrunk(int64(n))
		f.torn = f.h.Truncate(f.size) != nil
		if f.torn {
			f.size += int64(n)
		}
	}
	return err
}

// shrunk takes note that somebody has emptied the file meanwhile, so that taking n bytes back does not fill it with zeros.
func (f *file) shrunk(n int64) {
	if info, err := f.h.Stat(); err == nil && f.regular {
		f.size = min(f.size, max(0, info.Size()-n))
	}
}

// ready opens the file where it is not open, and rotates it where it is time.
func (f *file) ready(more int64) error {
	now := f.now()
	if f.next.Sub(now) > f.cfg.RotateEvery { // the clock was set back
		f.schedule(now)
	}
	if f.h != nil && f.due(now, more) {
		if err := f.rotate(now); err != nil {
			return err
		}
	}
	if f.h != nil && !f.moved(now) {
		return nil
	}
	h, err := f.open(f.cfg.Path)
	if err != nil && f.h != nil { // better a file without a name than none
		f.look, f.told = now.Add(grumble), fmt.Errorf("it was moved or deleted, and no new one can be opened: %w", err)
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.close(); err != nil {
		f.told = fmt.Errorf("close what was moved or deleted: %w", err)
	}
	return f.adopt(h, now)
}

// moved reports, once a second, whether somebody has moved or deleted the file that is written.
func (f *file) moved(now time.Time) bool {
	if wait := f.look.Sub(now); !f.regular || wait > 0 && wait <= grumble { // longer: the clock was set back
		return false
	}
	f.look = now.Add(time.Second)
	there, err := os.Stat(f.cfg.Path)
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	here, err := f.h.Stat()
	return err == nil && !os.SameFile(there, here)
}

// adopt goes on in a file that was just opened.
func (f *file) adopt(h handle, now time.Time) error {
	info, err := h.Stat()
	if err != nil {
		return errors.Join(err, h.Close())
	}
	f.h, f.size, f.torn, f.regular, f.look = h, info.Size(), false, info.Mode().IsRegular(), now.Add(time.Second)
	if f.regular {
		f.mend()
	}
	f.schedule(now)
	return nil
}

// mend cuts off a last line without its end, which only a killed process leaves.
func (f *file) mend() {
	const step, most = 64 << 10, 64 << 20
	whole, end := int64(0), f.size
	for tail := make([]byte, 0, step); end > 0; end -= int64(len(tail)) {
		if f.size-end >= most { // none of our lines: nothing is taken from a file of somebody else
			f.torn = true
			return
		}
		tail = tail[:min(end, step)]
		if n, err := f.h.ReadAt(tail, end-int64(len(tail))); err != nil && n < len(tail) {
			return
		}
		if i := bytes.LastIndexByte(tail, '\n'); i >= 0 {
			whole = end - int64(len(tail)-i-1)
			break
		}
	}
	if whole == f.size {
		return
	}
	if f.torn = f.h.Truncate(whole) != nil; !f.torn {
		f.size = whole
	}
}

func (f *file) due(now time.Time, more int64) bool {
	return f.size > 0 && f.regular && !now.Before(f.stuck) && (f.cfg.RotateBytes > 0 && f.size+more > f.cfg.RotateBytes || !f.next.IsZero() && !now.Before(f.next))
}

func (f *file) schedule(now time.Time) {
	f.next = time.Time{}
	if every := f.cfg.RotateEvery; every > 0 {
		_, offset := now.Zone() // days begin at midnight of this machine's clock
		shift := time.Duration(offset) * time.Second
		f.next = now.Add(shift).Truncate(every).Add(every - shift)
	}
}

// rotate renames the file after the time and lets a new one begin. Where it cannot be renamed, writing goes on in it.
func (f *file) rotate(now time.Time) error {
	f.schedule(now)
	old := rotatedName(f.cfg.Path, now)
	if err := os.Rename(f.cfg.Path, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		f.stuck, f.told = now.Add(grumble), fmt.Errorf("rotate: the file goes on growing: %w", err)
		return nil
	} else if err == nil && f.aged != nil {
		f.aged(old)
	}
	return f.close()
}

// trouble is why the file could not be rotated; nil where that was said before.
func (f *file) trouble() error {
	err := f.told
	f.told = nil
	return err
}

// rotatedName puts the time between name and extension: eve-20261121T090000Z.json; a second one within a second is numbered.
func rotatedName(path string, at time.Time) string {
	ext := filepath.Ext(path)
	first := stampedName(path, at)
	for i := 0; ; i++ {
		name := first
		if i > 0 {
			name = fmt.Sprintf("%s.%04d%s", strings.TrimSuffix(first, ext), i, ext)
		}
		if !exists(name) && !exists(name+".gz") {
			return name
		}
	}
}

func stampedName(path string, at time.Time) string {
	ext := filepath.Ext(path)
	return path[:len(path)-len(ext)] + "-" + at.UTC().Format("20060102T150405Z") + ext
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
