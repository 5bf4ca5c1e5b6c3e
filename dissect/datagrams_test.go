package dissect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// TestNonsenseFirst says much that is not of the protocol, or is malformed, before what is: it is read nevertheless, wherever the protocol
// is at home.
func TestNonsenseFirst(t *testing.T) {
	picky := echoProtocol
	picky.Anywhere = true
	picky.Probe = func(_ Dir, b []byte, _ bool, _ uint16) Match {
		if strings.HasPrefix(string(b), "noise") {
			return No
		}
		return Yes
	}
	for _, c := range []struct {
		name, first string
		proto       Protocol
		port        layers.UDPPort
		want        []string
		unparsed    uint64
	}{
		{"malformed", "fail", echoProtocol, 7, []string{"orig hello", "close"}, 1},
		{"unknown", "noise", picky, 7, []string{"orig hello", "close"}, 0},
		{"unknown, elsewhere", "noise", picky, 99, nil, 0}, // who knows what that is
	} {
		w := newWire(t, c.proto)
		say := func(s string) {
			w.send(ipv4("10.0.0.1", "192.0.2.80", layers.IPProtocolUDP), &layers.UDP{SrcPort: 40000, DstPort: c.port}, gopacket.Payload(s))
		}
		for range 100 {
			say(c.first)
		}
		say("hello")
		if diff := cmp.Diff(c.want, w.said()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if s := w.a.Stats(); s.Unparsed != c.unparsed {
			t.Errorf("%s: %d flows given up", c.name, s.Unparsed)
		}
	}
}
