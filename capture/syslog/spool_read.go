package syslog

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

// A record is its length and its checksum (CRC-32C), four bytes each, then time, way and address, then the message.
const (
	recordHead = 8
	recordMeta = 8 + 1 + 16
	maxRecord  = recordMeta + 2<<20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m Message) encode(b []byte) []byte {
	at := len(b)
	b = append(b, make([]byte, recordHead+recordMeta)...)
	b = append(b, m.Data...)
	body := b[at+recordHead:]
	binary.LittleEndian.PutUint64(body, uint64(m.Received.UnixNano()))
	body[8] = byte(m.Way)
	ip := m.From.As16()
	copy(body[9:], ip[:])
	binary.LittleEndian.PutUint32(b[at:], uint32(len(body)))
	binary.LittleEndian.PutUint32(b[at+4:], crc32.Checksum(body, castagnoli))
	return b
}

// readRecord reads one record; io.EOF where none stands, io.ErrUnexpectedEOF where it is not whole.
func readRecord(r io.Reader) (m Message, n int64, err error) {
	var head [recordHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return m, 0, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size < recordMeta || size > maxRecord {
		return m, 0, io.ErrUnexpectedEOF
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return m, 0, io.ErrUnexpectedEOF
	}
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return m, 0, io.ErrUnexpectedEOF
	}
	m = Message{Received: time.Unix(0, int64(binary.LittleEndian.Uint64(body))).UTC(), Way: Way(body[8]),
		From: netip.AddrFrom16([16]byte(body[9:25])).Unmap(), Data: body[recordMeta:]}
	return m, recordHead + int64(size), nil
}

// segmentReader reads a segment in large pieces, no further than upto: what stands behind may yet be taken back.
type segmentReader struct {
	file     *os.File
	buf      *bufio.Reader
	at, upto int64
}

func openSegment(name string, from int64) (*segmentReader, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r := &segmentReader{file: f, at: from}
	r.buf = bufio.NewReaderSize(r, 64<<10)
	return r, nil
}

// Read implements io.Reader; at upto it answers io.EOF, and goes on when that has moved.
func (r *segmentReader) Read(b []byte) (int, error) {
	if r.at >= r.upto {
		return 0, io.EOF
	}
	n, err := r.file.Read(b[:min(int64(len(b)), r.upto-r.at)])
	r.at += int64(n)
	return n, err
}

// wholeRecords cuts a segment behind its last whole record and gives its size.
func wholeRecords(name string) (size int64, err error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	buf := bufio.NewReaderSize(f, 64<<10)
	for {
		_, n, err := readRecord(buf)
		switch {
		case errors.Is(err, io.EOF):
			return size, nil
		case err != nil:
			return size, f.Truncate(size)
		}
		size += n
	}
}

// take gives up to limit messages and where they end; it waits until there is one.
func (s *spool) take(ctx context.Context, limit int) ([]Message, Position, error) {
	for {
		list, err := s.some(limit)
		if len(list) > 0 || err != nil {
			return list, s.next, err
		}
		select {
		case <-ctx.Done():
			return nil, s.next, ctx.Err()
		case <-s.more:
		case <-time.After(time.Second):
		}
	}
}

// some reads what stands between the reader and the writer.
func (s *spool) some(limit int) (list []Message, err error) {
	s.mu.Lock()
	end := s.at
	s.mu.Unlock()
	for len(list) < limit && s.next.before(end) {
		if s.read == nil {
			if s.read, err = openSegment(s.path(s.next.Segment), s.next.Offset); err != nil {
				return list, fmt.Errorf("syslog spool: %w", err)
			}
		}
		if s.read.upto = math.MaxInt64; s.next.Segment == end.Segment {
			s.read.upto = end.Offset
		}
		m, n, err := readRecord(s.read.buf)
		if err == nil {
			list, s.next.Offset = append(list, m), s.next.Offset+n
			continue
		}
		if s.next.Segment == end.Segment {
			return list, fmt.Errorf("syslog spool %s: record at %d: %w", s.path(s.next.Segment), s.next.Offset, err)
		}
		if err := s.read.file.Close(); err != nil { // the segment is read through
			return list, err
		}
		s.read, s.next = nil, Position{Segment: s.next.Segment + 1}
	}
	return list, nil
}

// judged says that all before p has been judged and kept; it needs the disk no more.
func (s *spool) judged(p Position) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.done.before(p) {
		return nil
	}
	s.done = p
	if p.Segment == s.kept.Segment && time.Since(s.keptAt) < 200*time.Millisecond {
		return nil
	}
	return s.keep()
}

// keep writes the cursor, then removes the segments before it; mu is held.
func (s *spool) keep() error {
	if s.kept == s.done {
		return nil
	}
	b, err := json.Marshal(s.done)
	if err != nil {
		return err
	}
	tmp := filepath.Join(s.dir, "cursor.tmp")
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return fmt.Errorf("syslog spool: %w", err)
	}
	if err := os.Rename(tmp, s.cursor()); err != nil {
		return fmt.Errorf("syslog spool: %w", err)
	}
	s.kept, s.keptAt = s.done, time.Now()
	for n := range s.size {
		if n < s.done.Segment {
			if err := os.Remove(s.path(n)); err != nil {
				return fmt.Errorf("syslog spool: %w", err)
			}
			delete(s.size, n)
		}
	}
	notify(s.room)
	return nil
}

// backlog is how many bytes are not judged yet.
func (s *spool) backlog() (n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for seg, size := range s.size {
		switch {
		case seg == s.done.Segment:
			n += size - s.done.Offset
		case seg > s.done.Segment:
			n += size
		}
	}
	return n
}
