package syslog

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// datagramQueue is how many datagrams may wait for the disk in memory, beside what the socket holds.
const datagramQueue = 1 << 16

// openUDP listens with the receive buffer that is configured, or what the kernel gives of it.
func (r *Receiver) openUDP(address string) (*net.UDPConn, error) {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(ap))
	if err != nil {
		return nil, err
	}
	want := r.cfg.Buffer << 20
	got := 0
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	err = raw.Control(func(fd uintptr) {
		if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, want) != nil { // needs CAP_NET_ADMIN
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, want)
		}
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RXQ_OVFL, 1)
		got, _ = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF)
	})
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	got /= 2 // the kernel doubles it for its own needs (socket(7))
	r.counts.buffer(got)
	if got < want {
		r.log.Warn("the kernel gives syslog over udp a smaller receive buffer than configured; raise net.core.rmem_max", "bytes", got, "configured", want)
	}
	return c, nil
}

// datagrams reads one socket. A second goroutine writes, so that a slow disk does not empty the queue onto the floor.
func (r *Receiver) datagrams(ctx context.Context, c *net.UDPConn) {
	queue := make(chan Message, datagramQueue)
	r.ended.Go(func() { r.write(queue) })
	defer close(queue)
	buf, oob := make([]byte, 64<<10), make([]byte, 128)
	for {
		n, on, _, from, err := c.ReadMsgUDPAddrPort(buf, oob)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		r.overflow(c, oob[:on])
		addr := from.Addr().Unmap().WithZone("")
		if !r.registered(addr) {
			r.counts.refuse(addr)
			continue
		}
		m := Message{From: addr, Way: UDP, Received: time.Now().UTC(), Data: append([]byte(nil), trimmed(buf[:n])...)}
		if len(m.Data) > r.cfg.Longest<<10 {
			r.Malformed(m, "longer than the limit")
			continue
		}
		select {
		case queue <- m:
		default:
			r.counts.lose(1)
		}
	}
}

func trimmed(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r' || b[len(b)-1] == 0) {
		b = b[:len(b)-1]
	}
	return b
}

// overflow reads how many datagrams the kernel has dropped at this socket (SO_RXQ_OVFL).
func (r *Receiver) overflow(c *net.UDPConn, oob []byte) {
	if len(oob) == 0 {
		return
	}
	list, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range list {
		if m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SO_RXQ_OVFL && len(m.Data) >= 4 {
			r.counts.kernel(c, uint32(m.Data[0])|uint32(m.Data[1])<<8|uint32(m.Data[2])<<16|uint32(m.Data[3])<<24)
		}
	}
}

// write puts datagrams onto the disk, many at a time when they come fast. A full spool loses them, counted.
func (r *Receiver) write(queue <-chan Message) {
	var list []Message
	for m := range queue {
		list = append(list[:0], m)
		for more := true; more && len(list) < 512; {
			select {
			case m, ok := <-queue:
				if more = ok; ok {
					list = append(list, m)
				}
			default:
				more = false
			}
		}
		if err := r.spool.append(list); err != nil {
			r.counts.lose(len(list))
			r.troubled(err)
			continue
		}
		r.counts.receive(UDP, len(list))
	}
}
