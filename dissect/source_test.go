package dissect

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

// TestSourceOfEvents: what a packet makes known tells where it came from, what the end of a flow does, of none.
func TestSourceOfEvents(t *testing.T) {
	inner := []gopacket.SerializableLayer{ipv4(client, server, layers.IPProtocolUDP), &layers.UDP{SrcPort: 5000, DstPort: 7}, gopacket.Payload("ask")}
	for name, c := range map[string]struct {
		outer []gopacket.SerializableLayer
		want  event.Source
	}{
		"alone":     {nil, event.FromWire},
		"in IP":     {[]gopacket.SerializableLayer{ipv4("192.0.2.1", "192.0.2.2", layers.IPProtocolIPv4)}, event.FromIPv4},
		"in GRE":    {[]gopacket.SerializableLayer{ipv4("192.0.2.1", "192.0.2.2", layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeIPv4}}, event.FromGRE},
		"in VXLAN":  {[]gopacket.SerializableLayer{ipv4("192.0.2.1", "192.0.2.2", layers.IPProtocolUDP), &layers.UDP{SrcPort: 5000, DstPort: 4789}, gopacket.Payload("\x08\x00\x00\x00\x00\x00\x07\x00" + "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00")}, event.FromVXLAN},
		"in L2TP":   {[]gopacket.SerializableLayer{ipv4("192.0.2.1", "192.0.2.2", layers.IPProtocolUDP), &layers.UDP{SrcPort: 5001, DstPort: 1701}, gopacket.Payload("\x00\x02\x00\x07\x00\x09\xff\x03\x00\x21")}, event.FromL2TP},
		"in L2TPv3": {[]gopacket.SerializableLayer{ipv4("192.0.2.1", "192.0.2.2", layers.IPProtocol(115)), gopacket.Payload("\x00\x00\x00\x09\xff\x03\x00\x21")}, event.FromL2TP},
	} {
		w := newWire(t, echoProtocol)
		w.send(append(c.outer, inner...)...)
		told := len(w.events)
		w.a.Close()
		n := 0
		for i, e := range w.events {
			if e.Tuple() == nil || e.Tuple().Src.Port != 5000 || e.Tuple().Dst.Port != 7 {
				continue
			}
			want := c.want
			if i >= told {
				want = event.FromTimeout
			}
			if e.Head().Source != want {
				t.Errorf("%s: event %d from %q, want %q", name, i, e.Head().Source, want)
			}
			n++
		}
		if n < 2 {
			t.Errorf("%s: %d events", name, n)
		}
	}
}
