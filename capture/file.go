package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
)

// Limits of what a file may ask for.
const (
	bufferSize = 1 << 20
	maxRecord  = 1 << 20 // bytes of one packet; libpcap's own limit is 256 KiB
	maxOption  = 64 << 10
	maxIfaces  = 4096
)

// FileError says where a capture file breaks; every packet before was delivered.
type FileError struct {
	File   string
	Offset int64 // in the uncompressed stream
	What   string
	Err    error // may be nil
}

func (e *FileError) Error() string {
	s := fmt.Sprintf("%s: at byte %d: %s", e.File, e.Offset, e.What)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Progress is told how many bytes of the file on disk have been read, of how many (0 = unknown).
type Progress func(read, total int64)

// File is a pcap or pcapng file, gzip-compressed or not.
type File struct {
	name   string
	file   io.Closer
	in     window
	mapped *mapped // in, where the file is mapped
	offset int64
	format format
	closed atomic.Bool

	count, size    uint64 // of the reader
	links          []Link // of the packets so far, at most maxLinks
	packets, bytes atomic.Uint64
}

// statsEvery is how many packets Stats may be late.
const statsEvery = 256

func (f *File) tally() {
	f.packets.Store(f.count)
	f.bytes.Store(f.size)
}

// format reads the next packet of one file format; io.EOF at a clean end.
type format interface {
	next(f *File, p *Packet) error
}

// Open opens the capture at path. It refuses what is neither pcap nor pcapng; progress may be nil.
func Open(path string, progress Progress) (*File, error) {
	h, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := h.Stat()
	if err == nil && st.IsDir() {
		err = fmt.Errorf("%s is a folder; name a capture file", path)
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	f, err := open(h, st, path, progress)
	if err != nil {
		h.Close()
		return nil, err
	}
	return f, nil
}

// open maps the capture where it can, and reads it where it is compressed or no regular file.
func open(h *os.File, st os.FileInfo, path string, progress Progress) (*File, error) {
	if st.Mode().IsRegular() {
		if m := mapFile(h, st.Size(), progress); m != nil && !zipped(m) {
			f := &File{name: path, in: m, mapped: m, file: h}
			return f, f.begin()
		}
	}
	var r io.Reader = h
	if progress != nil {
		r = &counter{r: h, total: st.Size(), tell: progress}
	}
	f, err := NewFile(r, path)
	if err != nil {
		return nil, err
	}
	f.file = h
	return f, nil
}

func zipped(in window) bool {
	head, _ := in.Peek(2)
	return len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b
}

// NewFile reads a capture from r; name stands in errors.
func NewFile(r io.Reader, name string) (*File, error) {
	f := &File{name: name, in: bufio.NewReaderSize(r, bufferSize)}
	if zipped(f.in) {
		z, err := gzip.NewReader(f.in.(io.Reader))
		if err != nil {
			return nil, &FileError{name, 0, "the gzip header is damaged", err}
		}
		f.in = bufio.NewReaderSize(z, bufferSize)
	}
	if err := f.begin(); err != nil {
		return nil, err
	}
	return f, nil
}

// begin tells the format by the first bytes.
func (f *File) begin() (err error) {
	head, err := f.in.Peek(4)
	switch {
	case len(head) == 0 && errors.Is(err, io.EOF):
		return &FileError{f.name, 0, "the file is empty", nil}
	case len(head) < 4:
		return f.fail("the file is too short for a capture", err)
	}
	if binary.BigEndian.Uint32(head) == blockSection {
		f.format = &pcapng{}
		return nil
	}
	f.format, err = newPcap(f)
	return err
}

// Next implements Source.
func (f *File) Next(p *Packet) error {
	if f.closed.Load() {
		return ErrClosed
	}
	var err error
	if f.mapped != nil {
		if err = f.nextMapped(p); err == nil {
			p.Kept = true
		}
	} else {
		err = f.format.next(f, p)
	}
	if err != nil {
		f.tally()
		return err
	}
	if n := len(f.links); n == 0 || f.links[n-1] != p.Link {
		f.meet(p.Link)
	}
	f.count++
	f.size += uint64(p.OrigLen)
	p.Number = f.count
	if f.count%statsEvery == 0 {
		f.tally()
	}
	return nil
}

// maxLinks bounds the link types that are remembered of one file.
const maxLinks = 16

// meet remembers a link type; the one met last stands at the end.
func (f *File) meet(l Link) {
	if i := slices.Index(f.links, l); i >= 0 {
		f.links = slices.Delete(f.links, i, i+1)
	}
	if len(f.links) < maxLinks {
		f.links = append(f.links, l)
	}
}

// Links are the link types of the packets that were read, at most 16. It must not be called while Next runs.
func (f *File) Links() []Link { return slices.Clone(f.links) }

// Stats implements Source.
func (f *File) Stats() Stats {
	return Stats{Packets: f.packets.Load(), Bytes: f.bytes.Load()}
}

// Close implements Source.
func (f *File) Close() error {
	if f.closed.Swap(true) || f.file == nil {
		return nil
	}
	return f.file.Close()
}

// take gives the next n bytes, valid until the next call. A clean end before the first byte is io.EOF.
func (f *File) take(n int, what string) ([]byte, error) {
	if n > bufferSize {
		return nil, f.fail(fmt.Sprintf("%s claims %d bytes: the file is damaged", what, n), nil)
	}
	b, err := f.in.Peek(n)
	if len(b) < n {
		if f.closed.Load() {
			return nil, ErrClosed
		}
		if len(b) == 0 && errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, f.fail("reading "+what, err)
		}
		if errors.Is(err, io.EOF) && lineEnds(b) {
			return nil, io.EOF
		}
		return nil, f.missing(what, n-len(b))
	}
	f.in.Discard(n)
	f.offset += int64(n)
	return b, nil
}

// lineEnds tells that a record is nothing but the line end that some tools put behind a file.
func lineEnds(b []byte) bool { return len(bytes.Trim(b, "\r\n")) == 0 && len(b) > 0 && len(b) <= 2 }

// body is take within a record, where no end is clean.
func (f *File) body(n int, what string) ([]byte, error) {
	b, err := f.take(n, what)
	if err == io.EOF {
		err = f.missing(what, n-f.in.Buffered())
	}
	return b, err
}

func (f *File) missing(what string, n int) error {
	return f.fail(fmt.Sprintf("the file ends within %s, %d bytes are missing", what, n), io.ErrUnexpectedEOF)
}

func (f *File) skip(n int, what string) error {
	got, err := f.in.Discard(n)
	f.offset += int64(got)
	if err != nil {
		return f.missing(what, n-got)
	}
	return nil
}

func (f *File) fail(what string, err error) error {
	return &FileError{f.name, f.offset, what, err}
}

// counter tells how far a file has been read, once per buffer.
type counter struct {
	r           io.Reader
	read, total int64
	tell        Progress
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.read += int64(n)
	c.tell(c.read, c.total)
	return n, err
}
