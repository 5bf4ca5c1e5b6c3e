package live

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Waiting times of the socket.
const (
	redial  = time.Second            // between attempts to connect
	patient = 500 * time.Millisecond // a write to a reader that does not read looks up this often
)

// socket sends lines to a program that listens on a Unix socket. What does not fit into the queue is dropped, by whole lines.
type socket struct {
	cfg SocketConfig

	mu      sync.Mutex
	waiting []byte // whole lines
	dropped uint64 // lines
	sent    uint64 // lines
	fault   error  // of the last attempt; nil while connected
	more    chan struct{}
}

func newSocket(cfg SocketConfig) *socket {
	return &socket{cfg: cfg, more: make(chan struct{}, 1)}
}

// put queues whole lines; it never waits.
func (s *socket) put(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.cfg.Queue - len(s.waiting)
	if len(b) > room {
		whole := bytes.LastIndexByte(b[:max(0, room)], '\n') + 1
		s.dropped += uint64(bytes.Count(b[whole:], newline))
		b = b[:whole]
	}
	if len(b) == 0 {
		return
	}
	s.waiting = append(s.waiting, b...)
	select {
	case s.more <- struct{}{}:
	default:
	}
}

var newline = []byte("\n")

// run connects and sends until ctx ends; then it tries once more to send what waits.
func (s *socket) run(ctx context.Context) {
	var spare []byte
	for {
		conn, err := s.dial(ctx)
		s.note(err)
		if err == nil {
			spare = s.serve(ctx, conn, spare)
			_ = conn.Close()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(redial):
		}
	}
}

func (s *socket) dial(ctx context.Context) (net.Conn, error) {
	network := "unix"
	if s.cfg.Kind == "dgram" {
		network = "unixgram"
	}
	return (&net.Dialer{}).DialContext(ctx, network, s.cfg.Path)
}

func (s *socket) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = err
}

// serve sends what comes until the reader goes away or ctx ends.
func (s *socket) serve(ctx context.Context, conn net.Conn, spare []byte) []byte {
	for {
		s.mu.Lock()
		batch := s.waiting
		if len(batch) > 0 { // else both would be the same memory when this one is set aside
			s.waiting = spare[:0]
		}
		s.mu.Unlock()
		if len(batch) > 0 {
			left, err := s.send(ctx, conn, batch)
			if err != nil {
				s.note(err)
				s.keep(ctx, left)
				return nil // what is left may stand in it
			}
			spare = batch
			continue
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			if s.empty() {
				return spare
			}
		}
	}
}

// keep puts lines that a reader did not get before those that wait, for the next one: a reader that is started anew misses nothing.
func (s *socket) keep(ctx context.Context, left []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		s.dropped += uint64(bytes.Count(left, newline) + bytes.Count(s.waiting, newline))
		s.waiting = nil
		return
	}
	all := append(slices.Clip(left), s.waiting...)
	if len(all) > s.cfg.Queue {
		whole := bytes.LastIndexByte(all[:s.cfg.Queue], '\n') + 1
		s.dropped += uint64(bytes.Count(all[whole:], newline))
		all = all[:whole]
	}
	s.waiting = all
}

func (s *socket) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting) == 0
}

// send gives what the reader did not get, whole lines, where there is an error.
func (s *socket) send(ctx context.Context, conn net.Conn, lines []byte) (left []byte, err error) {
	if s.cfg.Kind == "dgram" {
		return s.datagrams(ctx, conn, lines)
	}
	rest, err := persist(ctx, conn, lines)
	whole := bytes.LastIndexByte(lines[:len(lines)-len(rest)], '\n') + 1 // the next reader gets a torn line from its beginning
	s.count(bytes.Count(lines[:whole], newline), 0)
	return lines[whole:], err
}

func (s *socket) datagrams(ctx context.Context, conn net.Conn, lines []byte) (left []byte, err error) {
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n') + 1
		_, err := persist(ctx, conn, lines[:end-1])
		switch {
		case err == nil:
			s.count(1, 0)
		case errors.Is(err, syscall.EMSGSIZE):
			s.count(0, 1)
		default:
			return lines, err
		}
		lines = lines[end:]
	}
	return nil, nil
}

func (s *socket) count(sent, dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent += uint64(sent)
	s.dropped += uint64(dropped)
}

// persist writes all of b however slowly it is read, so that no line is torn; it gives up when the reader is gone, or when ctx
// has ended and nothing moves. The rest is what was not written.
func persist(ctx context.Context, conn net.Conn, b []byte) (rest []byte, err error) {
	for {
		_ = conn.SetWriteDeadline(time.Now().Add(patient))
		n, err := conn.Write(b)
		if b = b[n:]; err == nil {
			return nil, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, syscall.ENOBUFS) || ctx.Err() != nil && n == 0 {
			return b, err
		}
	}
}

// counts are lines sent and dropped so far, and what is wrong now.
func (s *socket) counts() (sent, dropped uint64, fault error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent, s.dropped, s.fault
}
