package dissect

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

// TestCarriedPacketsCountTheirOwnBytes: of what a tunnel carries, the tunnel's headers are not part; a datagram in pieces is all of its pieces.
func TestCarriedPacketsCountTheirOwnBytes(t *testing.T) {
	const within = 20 + 8 + 100 // IPv4, UDP, payload
	udp := func(port layers.UDPPort) *layers.UDP { return &layers.UDP{SrcPort: 4000, DstPort: port} }
	inner := []gopacket.SerializableLayer{ipv4("10.7.0.1", "10.7.0.2", layers.IPProtocolUDP), udp(9), gopacket.Payload(make([]byte, 100))}
	frame := &layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 3}, DstMAC: []byte{2, 0, 0, 0, 0, 4}, EthernetType: layers.EthernetTypeIPv4}
	for name, c := range map[string]struct {
		outer []gopacket.SerializableLayer
		want  uint64
	}{
		"alone":    {nil, 14 + within},
		"IP in IP": {[]gopacket.SerializableLayer{ipv4(client, server, layers.IPProtocolIPv4)}, within},
		"GRE":      {[]gopacket.SerializableLayer{ipv4(client, server, layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeIPv4}}, within},
		"VXLAN":    {[]gopacket.SerializableLayer{ipv4(client, server, layers.IPProtocolUDP), udp(4789), &layers.VXLAN{ValidIDFlag: true, VNI: 7}, frame}, 14 + within},
		"Ethernet over GRE": {[]gopacket.SerializableLayer{ipv4(client, server, layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeTransparentEthernetBridging}, frame},
			14 + within},
	} {
		w := newWire(t)
		w.send(append(c.outer, inner...)...)
		w.a.Close()
		if got := w.framesTo(9); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
	w := newWire(t)
	head := func(at uint16, more layers.IPv4Flag) *layers.IPv4 {
		h := ipv4("10.7.0.1", "10.7.0.2", layers.IPProtocolUDP)
		h.Id, h.FragOffset, h.Flags = 7, at, more
		return h
	}
	w.send(head(0, layers.IPv4MoreFragments), &layers.UDP{SrcPort: 4000, DstPort: 9}, gopacket.Payload(make([]byte, 80)))
	w.send(head(11, 0), gopacket.Payload(make([]byte, 20)))
	w.a.Close()
	if got := w.framesTo(9); got != 20+88+20 {
		t.Errorf("in pieces: %d bytes", got)
	}
}

// framesTo are the bytes of the flow to a port.
func (w *cable) framesTo(port uint16) (n uint64) {
	for _, e := range w.events {
		if f, ok := e.(*event.NetworkActivity); ok && f.Activity.Ended() && f.Dst.Port == port {
			n += f.Orig.Frames
		}
	}
	return n
}
