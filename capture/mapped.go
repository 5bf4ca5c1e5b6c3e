package capture

import (
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// window is what the formats read from: bufio.Reader, or a mapped file.
type window interface {
	Peek(n int) ([]byte, error)
	Discard(n int) (int, error)
	Buffered() int
}

// Behind the reader, pages are given back stepwise, so that a large capture does not fill the memory.
const (
	mapStep  = 8 << 20  // each step interrupts all processors that work on the capture
	mapKeep  = 3 << 20  // analyzers that share the work are this far behind the reader at most, as a rule
	mapAgain = 16 << 20 // given back once more, for those who were further behind
)

// mapped reads a file through the page cache without a copy: what nobody looks into is not even read by the processor.
type mapped struct {
	mem   []byte
	at    int
	given int // given back, and all before, but for what somebody still looked at
	tell  Progress
}

// mapFile maps a regular file; nil where that is not possible, and it is read then.
func mapFile(h *os.File, size int64, tell Progress) *mapped {
	if size <= 0 || int64(int(size)) != size {
		return nil
	}
	mem, err := unix.Mmap(int(h.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil
	}
	_ = unix.Madvise(mem, unix.MADV_SEQUENTIAL)
	m := &mapped{mem: mem, tell: tell}
	// Close does not unmap: another goroutine may be looking at a packet.
	runtime.AddCleanup(m, func(b []byte) { _ = unix.Munmap(b) }, mem)
	return m
}

// Peek implements window. The bytes stay valid as long as the file is held.
func (m *mapped) Peek(n int) ([]byte, error) {
	if rest := m.mem[m.at:]; len(rest) < n {
		if m.tell != nil {
			m.tell(int64(len(m.mem)), int64(len(m.mem)))
		}
		return rest, io.EOF
	}
	return m.mem[m.at : m.at+n : m.at+n], nil
}

// Discard implements window.
func (m *mapped) Discard(n int) (int, error) {
	if rest := len(m.mem) - m.at; n > rest {
		m.at = len(m.mem)
		return rest, io.EOF
	}
	if m.at += n; m.at-m.given >= mapStep+mapKeep {
		m.giveBack()
	}
	return n, nil
}

// Buffered implements window.
func (m *mapped) Buffered() int { return len(m.mem) - m.at }

// giveBack lets go of pages that are read; who still looks at them gets them again from the page cache.
func (m *mapped) giveBack() {
	from := max(0, m.given-mapAgain)
	m.given += mapStep
	_ = unix.Madvise(m.mem[from:m.given], unix.MADV_DONTNEED)
	if m.tell != nil {
		m.tell(int64(m.at), int64(len(m.mem)))
	}
}

// nextMapped is next for a mapped file: one that shrinks while it is read faults, and that is an error of the file.
func (f *File) nextMapped(p *Packet) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = f.fail("the file shrank while it was read", io.ErrUnexpectedEOF)
		}
	}()
	return f.format.next(f, p)
}

// faults makes an access to a page that is gone a panic of this goroutine, not the end of the process, until the
// result is called. Whoever looks at packets of a mapped file on another goroutine does the same.
func faults() (undo func()) {
	before := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(before) }
}
