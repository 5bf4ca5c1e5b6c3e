package decode

import (
	"net/netip"
	"testing"
)

func TestMapped(t *testing.T) {
	for _, s := range []string{"0.0.0.0", "1.2.3.4", "255.0.254.1", "128.127.0.255"} {
		ip := netip.MustParseAddr(s).As4()
		var a Addr
		for i := range a {
			a[i] = 0x55 // of the packet before
		}
		mapped(&a, ip[:])
		if want := netip.AddrFrom4(ip).As16(); a != want {
			t.Errorf("%s: %x, want %x", s, a, want)
		}
	}
}
