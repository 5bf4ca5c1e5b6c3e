package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

// handshake bounds how long a TLS sender may take to say who it is.
const handshake = 10 * time.Second

// accept takes connections of registered senders; others are shut at once.
func (r *Receiver) accept(ctx context.Context, l net.Listener, way Way) {
	for {
		c, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			time.Sleep(10 * time.Millisecond) // out of descriptors, most likely
			continue
		}
		from := netip.Addr{}
		if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
			from = a.AddrPort().Addr().Unmap().WithZone("")
		}
		if !r.registered(from) {
			r.counts.refuse(from)
			_ = c.Close()
			continue
		}
		if !r.admit(c) {
			r.counts.crowd()
			_ = c.Close()
			continue
		}
		r.ended.Go(func() {
			defer r.leave(c)
			r.stream(ctx, c, from, way)
		})
	}
}

func (r *Receiver) admit(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.conns) >= r.cfg.Clients {
		return false
	}
	r.conns[c] = true
	return true
}

func (r *Receiver) leave(c net.Conn) {
	_ = c.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
}

// stream reads one connection until it ends. While the spool is full it is not read, so that the sender waits.
func (r *Receiver) stream(ctx context.Context, c net.Conn, from netip.Addr, way Way) {
	if t, ok := c.(*tls.Conn); ok {
		shake, cancel := context.WithTimeout(ctx, handshake)
		err := t.HandshakeContext(shake)
		cancel()
		if err != nil {
			r.counts.shake()
			r.log.Warn("a syslog sender could not begin tls", "from", from, "error", err)
			return
		}
	}
	chunk := make([]byte, 64<<10)
	room := make([]byte, 0, 2*len(chunk)+r.cfg.Longest<<10)
	f := framer{longest: r.cfg.Longest << 10, buf: room}
	for {
		_ = c.SetReadDeadline(time.Now().Add(r.cfg.Idle))
		n, err := c.Read(chunk)
		if n > 0 {
			f.push(chunk[:n])
			if !r.frames(ctx, &f, from, way) {
				return
			}
			f.compact(room)
		}
		if err != nil {
			r.last(ctx, &f, from, way, err)
			return
		}
	}
}

// frames keeps what is whole by now; false: it could not be kept, and the connection ends.
func (r *Receiver) frames(ctx context.Context, f *framer, from netip.Addr, way Way) bool {
	now := time.Now().UTC()
	var list []Message
	for {
		b, ok, err := f.next()
		if !ok {
			break
		}
		m := Message{From: from, Way: way, Received: now, Data: b}
		switch {
		case err != nil:
			r.Malformed(m, err.Error())
		case len(b) > 0:
			list = append(list, m)
		}
	}
	return r.keepAll(ctx, list, way)
}

func (r *Receiver) keepAll(ctx context.Context, list []Message, way Way) bool {
	if len(list) == 0 {
		return true
	}
	for {
		err := r.spool.put(ctx, list)
		if err == nil {
			r.counts.receive(way, len(list))
			return true
		}
		if ctx.Err() != nil {
			r.counts.lose(len(list))
			return false
		}
		r.troubled(err) // a full disk: wait, and the sender with us
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// last keeps a message without an end when the sender has closed.
func (r *Receiver) last(ctx context.Context, f *framer, from netip.Addr, way Way, why error) {
	b, err := f.rest()
	if len(b) == 0 {
		return
	}
	m := Message{From: from, Way: way, Received: time.Now().UTC(), Data: b}
	if err != nil || !errors.Is(why, io.EOF) {
		r.Malformed(m, "the connection ended within it")
		return
	}
	r.keepAll(ctx, []Message{m}, way)
}
