// Package inside lets a test act in network namespaces: open sockets there, and answer there.
package inside

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"testing"

	"github.com/vishvananda/netns"
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
			go streams(l)
			go Datagrams(u)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
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
