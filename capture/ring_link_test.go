package capture

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestLinkOf knows which kinds of interfaces have no header before IP, and refuses those of which no packet would be understood.
func TestLinkOf(t *testing.T) {
	for kind, want := range map[uint16]Link{
		unix.ARPHRD_ETHER: LinkEthernet, unix.ARPHRD_LOOPBACK: LinkEthernet, unix.ARPHRD_NONE: LinkRaw, unix.ARPHRD_PPP: LinkRaw,
		unix.ARPHRD_RAWIP: LinkRaw, unix.ARPHRD_SIT: LinkRaw, unix.ARPHRD_TUNNEL: LinkRaw, unix.ARPHRD_TUNNEL6: LinkRaw,
	} {
		if got, err := linkOf(&unix.SockaddrLinklayer{Hatype: kind}); got != want || err != nil {
			t.Errorf("hardware type %d: %d %v, want %d", kind, got, err, want)
		}
	}
	for _, kind := range []uint16{unix.ARPHRD_IEEE80211, unix.ARPHRD_IEEE80211_RADIOTAP, unix.ARPHRD_INFINIBAND, unix.ARPHRD_CAN} {
		if _, err := linkOf(&unix.SockaddrLinklayer{Hatype: kind}); err == nil {
			t.Errorf("hardware type %d is taken for Ethernet", kind)
		}
	}
}
