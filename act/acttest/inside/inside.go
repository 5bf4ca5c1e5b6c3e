// Package inside lets a test act in network namespaces: open sockets there, and answer there.
package inside

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Do runs f with its thread inside the namespace of this name under /run/netns: sockets that it opens belong there for good.
func Do(ns string, f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		h, err := netns.GetFromPath("/run/netns/" + ns)
		if err == nil {
			err = errors.Join(netns.Set(h), h.Close())
		}
		if err == nil {
			err = f()
		}
		done <- err
	}()
	return <-done
}

// Echo answers every byte over TCP and UDP on these addresses of a namespace until the test ends.
func Echo(t testing.TB, ns string, port uint16, addrs ...netip.Addr) {
	t.Helper()
	for _, a := range addrs {
		at := netip.AddrPortFrom(a, port)
		err := Do(ns, func() error {
			l, err := net.Listen("tcp", at.String())
			if err != nil {
				return err
			}
			u, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
			if err != nil {
				return errors.Join(err, l.Close())
			}
			t.Cleanup(func() { _ = l.Close(); _ = u.Close() })
			Roomy(u)
			go streams(l)
			go Datagrams(u)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Roomy lets a socket hold what comes for some seconds while this process does not get the processor: with the kernel's
// default a few hundred datagrams are lost there, and taken for the network's. Beyond net.core.rmem_max it needs root.
func Roomy(c syscall.Conn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { widen(int(fd)) })
}

func widen(fd int) {
	const room = 32 << 20
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, room) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, room)
	}
}

// RoomyPorts is Roomy for the packet sockets by which a process that stands for a switch reads its ports: whenever somebody else
// on this machine builds or removes namespaces, the kernel lets it wait for RTNL, and what comes in 0.14 s fills the default.
func RoomyPorts(pid int) error {
	p, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return err
	}
	defer unix.Close(p)
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return err
	}
	for _, f := range files {
		n, err := strconv.Atoi(f.Name())
		if err != nil {
			return err
		}
		fd, err := unix.PidfdGetfd(p, n, 0)
		if errors.Is(err, unix.EBADF) { // closed meanwhile
			continue
		}
		if err != nil {
			return fmt.Errorf("pidfd_getfd(2): %w", err)
		}
		if domain, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN); err == nil && domain == unix.AF_PACKET {
			widen(fd)
		}
		_ = unix.Close(fd)
	}
	return nil
}

// First lets a process that stands for a device run before others, as a switch's own processor would: one that waits for
// its turn loses frames which no device would lose. Priorities (nice) hold only within a session where the kernel groups by it
// (sched(7), autogroup), so it gets the lowest real-time one. Without root it stays as it is.
func First(pid int) {
	_ = unix.SchedSetAttr(pid, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0)
}

func streams(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { defer c.Close(); _, _ = io.Copy(c, c) }()
	}
}

// Datagrams sends every datagram back until the socket is closed.
func Datagrams(u *net.UDPConn) {
	buf := make([]byte, 2048)
	for {
		n, from, err := u.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		_, _ = u.WriteToUDPAddrPort(buf[:n], from)
	}
}
