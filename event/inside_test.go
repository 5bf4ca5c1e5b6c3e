package event_test

import (
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/event"
	"pgregory.net/rapid"
)

// Inside says of any address what the networks themselves say.
func TestInside(t *testing.T) {
	address := rapid.Custom(func(t *rapid.T) netip.Addr {
		b := rapid.SliceOfN(rapid.ByteRange(0, 3), 4, 4).Draw(t, "bytes")
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return netip.AddrFrom4([4]byte(b))
		case 1:
			return netip.AddrFrom16([16]byte{0: 0xfd, 12: b[0], 13: b[1], 14: b[2], 15: b[3]})
		case 2:
			return netip.AddrFrom16([16]byte{10: 0xff, 11: 0xff, 12: b[0], 13: b[1], 14: b[2], 15: b[3]})
		}
		return netip.Addr{}
	})
	rapid.Check(t, func(t *rapid.T) {
		var list []netip.Prefix
		for range rapid.IntRange(0, 4).Draw(t, "networks") {
			if a := address.Draw(t, "network").Unmap(); a.IsValid() {
				list = append(list, netip.PrefixFrom(a, rapid.IntRange(0, a.BitLen()).Draw(t, "bits")))
			}
		}
		in := event.NewInside(list)
		ip, want := address.Draw(t, "ip"), false
		for _, p := range list {
			want = want || p.Contains(ip.Unmap())
		}
		if got := in.Contains(ip); got != want {
			t.Errorf("%v in %v: %v", ip, list, got)
		}
	})
	none := event.NewInside(nil)
	if !none.Contains(netip.MustParseAddr("fe80::1")) || none.Contains(netip.MustParseAddr("169.254.0.1")) {
		t.Error("link-local addresses are inside of IPv6 alone")
	}
}
