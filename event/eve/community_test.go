package eve_test

import (
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// The expected ids are those that the specification's reference implementation gives for its samples.
func TestCommunityIDsAgreeWithTheSpecification(t *testing.T) {
	for _, c := range []struct {
		proto    event.Proto
		src, dst string
		ports    [2]uint16
		want     string
	}{
		{event.ProtoTCP, "128.232.110.120", "66.35.250.204", [2]uint16{34855, 80}, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{event.ProtoTCP, "66.35.250.204", "128.232.110.120", [2]uint16{80, 34855}, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{event.ProtoUDP, "192.168.1.52", "8.8.8.8", [2]uint16{54585, 53}, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
		{event.ProtoICMP, "192.168.0.89", "192.168.0.1", [2]uint16{8 << 8, 0}, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
		{event.Proto(132), "192.168.170.8", "192.168.170.56", [2]uint16{7, 80}, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="},
	} {
		e := &event.NetworkActivity{Header: head, Activity: event.FlowClose, Conn: event.Conn{Proto: c.proto,
			Src: event.Endpoint{IP: netip.MustParseAddr(c.src), Port: c.ports[0]}, Dst: event.Endpoint{IP: netip.MustParseAddr(c.dst), Port: c.ports[1]}}}
		if got := encode(t, eve.Options{CommunityID: true}, e)[0]["community_id"]; got != c.want {
			t.Errorf("%s %s: %v, want %s", c.proto, c.src, got, c.want)
		}
	}
}
