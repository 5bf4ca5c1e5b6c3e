package http

import (
	"bufio"
	"bytes"
	"compress/flate"
	"io"
	"sync"
)

// inflaters are kept, for each holds a window of 32 KiB.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// readers are what inflaters read from: flate is faster with them than with others that give single bytes.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 2<<10) }}

// deflated reads gzip (RFC 1952), zlib (RFC 1950) or bare deflate (RFC 1951), whichever it is, and takes no offence at headers and check sums.
type deflated struct {
	raw   *memory
	in    *bufio.Reader // of raw
	z     io.ReadCloser
	begun bool
	gzip  bool // the format of several members (RFC 1952 §2.2)
	got   bool
	plain io.Reader // what is read, as it is not coded after all
	fails *bool     // says so; nil: nobody asks
}

func newDeflated(r io.Reader) *deflated {
	d := &deflated{raw: &memory{Reader: r}, in: readers.Get().(*bufio.Reader)}
	d.in.Reset(d.raw)
	return d
}

// memory keeps what has been read of it, up to a limit, until that is forgotten.
type memory struct {
	io.Reader
	saved  []byte
	forget bool
}

func (m *memory) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.keep(b[:n])
	return n, err
}

func (m *memory) keep(b []byte) {
	if m.forget || len(m.saved)+len(b) > maxSaved {
		m.forget, m.saved = true, nil
		return
	}
	m.saved = append(m.saved, b...)
}

func (r *deflated) Read(b []byte) (int, error) {
	if r.plain != nil {
		return r.plain.Read(b)
	}
	n, err := r.decode(b)
	if n > 0 {
		r.got, r.raw.forget, r.raw.saved = true, true, nil
	}
	if err != nil && !r.got && len(r.raw.saved) > 0 {
		if r.raw.forget = true; r.fails != nil {
			*r.fails = true
		}
		r.plain = io.MultiReader(bytes.NewReader(r.raw.saved), r.raw.Reader)
		return n, nil
	}
	return n, err
}

func (r *deflated) decode(b []byte) (int, error) {
	if !r.begun {
		r.begun = true
		if err := r.begin(); err != nil {
			return 0, err
		}
	}
	for r.z != nil {
		n, err := r.z.Read(b)
		if n > 0 && err == io.EOF {
			return n, nil // it comes again
		}
		if err != io.EOF || !r.another() {
			return n, err
		}
	}
	return 0, io.EOF
}

// another begins the next member of a gzip stream, if there is one behind the sum and size of the last (RFC 1952 §2.3.1).
func (r *deflated) another() bool {
	const trailer = 8
	if !r.gzip {
		return false
	}
	if _, err := r.in.Discard(trailer); err != nil {
		return false
	}
	head, err := r.in.Peek(2)
	if err != nil || head[0] != 0x1f || head[1] != 0x8b {
		return false
	}
	_, _ = r.in.Discard(2) // they are there
	return gzipHeader(r.in) == nil && r.z.(flate.Resetter).Reset(r.in, nil) == nil
}

// begin reads the header, if there is one.
func (r *deflated) begin() error {
	head, err := r.in.Peek(2)
	if err != nil {
		return err
	}
	switch first, second := head[0], head[1]; {
	case first == 0x1f && second == 0x8b:
		_, _ = r.in.Discard(2) // they are there
		r.gzip = true
		if err := gzipHeader(r.in); err != nil {
			return err
		}
	case first&0x0f == 8 && (uint(first)<<8|uint(second))%31 == 0:
		_, _ = r.in.Discard(2)
	}
	r.z = inflaters.Get().(io.ReadCloser)
	return r.z.(flate.Resetter).Reset(r.in, nil)
}

func (r *deflated) close() {
	if r.z != nil {
		inflaters.Put(r.z)
		r.z = nil
	}
	if r.in != nil {
		r.in.Reset(nil)
		readers.Put(r.in)
		r.in = nil
	}
}

// gzipHeader passes over what follows the magic (RFC 1952 §2.3).
func gzipHeader(in io.ByteReader) error {
	var h [8]byte
	for i := range h {
		c, err := in.ReadByte()
		if err != nil {
			return err
		}
		h[i] = c
	}
	const crc, extra, name, comment = 2, 4, 8, 16
	flags := h[1]
	if flags&extra != 0 {
		lo, _ := in.ReadByte()
		hi, err := in.ReadByte()
		for n := int(lo) | int(hi)<<8; n > 0 && err == nil; n-- {
			_, err = in.ReadByte()
		}
	}
	for _, text := range []byte{name, comment} {
		if flags&text != 0 {
			for c, err := in.ReadByte(); c != 0 && err == nil; c, err = in.ReadByte() {
			}
		}
	}
	if flags&crc != 0 {
		_, _ = in.ReadByte()
		_, _ = in.ReadByte() // what is missing shows in the next read
	}
	return nil
}
