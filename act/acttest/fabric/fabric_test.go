package fabric

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"
)

// Machines of one VLAN reach each other, those of two do not.
func TestVLANsAreApart(t *testing.T) {
	s := New(t, "ygfab")
	at := netip.MustParseAddr
	a := s.Host(t, "a", at("198.18.10.1"), at("2001:db8:10::1"), 10)
	b := s.Host(t, "b", at("198.18.10.2"), at("2001:db8:10::2"), 10)
	s.Echo(t, b)
	v4, v6 := s.Dial(t, a, "tcp", b.V4), s.Dial(t, a, "tcp", b.V6)
	mark := byte(0)
	step := func(want bool, conns ...net.Conn) {
		t.Helper()
		mark++
		for _, c := range conns {
			if got := talks(c, mark, want); got != want {
				t.Errorf("%s talks: %v, want %v", c.LocalAddr(), got, want)
			}
		}
	}
	step(true, v4, v6)
	if err := s.Move(a.Port, 999); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	step(false, v4, v6)
	if err := s.Move(a.Port, 10); err != nil {
		t.Fatal(err)
	}
	step(true, v4, v6)
	if err := s.Up(a.Port, false); err != nil {
		t.Fatal(err)
	}
	step(false, v4, v6)
	if err := s.Up(a.Port, true); err != nil {
		t.Fatal(err)
	}
}

// talks sends a byte that was not sent before, and waits for it: what was held up before may come first.
func talks(c net.Conn, mark byte, want bool) bool {
	patience := 10 * time.Second
	if !want {
		patience = 300 * time.Millisecond
	}
	if _, err := c.Write([]byte{mark}); err != nil {
		return false
	}
	_ = c.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 64)
	for {
		n, err := c.Read(buf)
		if bytes.IndexByte(buf[:n], mark) >= 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
}
