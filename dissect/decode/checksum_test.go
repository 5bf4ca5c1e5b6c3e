package decode

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
)

// TestSound holds checksums against those that another library writes, then turns each bit of the packet round.
func TestSound(t *testing.T) {
	four := *ip4
	six := &layers.IPv6{Version: 6, HopLimit: 9, SrcIP: make([]byte, 16), DstIP: []byte{15: 1}}
	for name, stack := range map[string][]gopacket.SerializableLayer{
		"TCP":           {&four, &layers.TCP{SrcPort: 1, DstPort: 2, Seq: 3}, gopacket.Payload("odd")},
		"UDP":           {&four, &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload("even")},
		"ICMP":          {&four, &layers.ICMPv4{TypeCode: 0x0800, Id: 7}, gopacket.Payload("echo?")},
		"TCP over IPv6": {six, &layers.TCP{SrcPort: 1, DstPort: 2, Seq: 3}, gopacket.Payload("abcdefg")},
		"UDP over IPv6": {six, &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload("abcdefg")},
	} {
		four.Protocol, six.NextHeader = layers.IPProtocolTCP, layers.IPProtocolTCP
		switch x := stack[1].(type) {
		case *layers.UDP:
			four.Protocol, six.NextHeader = layers.IPProtocolUDP, layers.IPProtocolUDP
			_ = x.SetNetworkLayerForChecksum(stack[0].(gopacket.NetworkLayer)) // both are network layers
		case *layers.TCP:
			_ = x.SetNetworkLayerForChecksum(stack[0].(gopacket.NetworkLayer))
		case *layers.ICMPv4:
			four.Protocol = layers.IPProtocolICMPv4
		}
		buf := gopacket.NewSerializeBuffer()
		if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...); err != nil {
			t.Fatal(err)
		}
		b, d := buf.Bytes(), NewDecoder(0)
		var l Layers
		if err := d.Decode(&capture.Packet{Data: b, OrigLen: len(b), Link: capture.LinkRaw}, &l); err != nil || !Sound(&l) {
			t.Errorf("%s: %v, wrong checksum", name, err)
		}
		for i := len(b) - len(l.L4) - len(l.Payload); i < len(b); i++ {
			for bit := range 8 {
				b[i] ^= 1 << bit
				err := d.Decode(&capture.Packet{Data: b, OrigLen: len(b), Link: capture.LinkRaw}, &l)
				udp := l.Kind == UDP && l.L4[6]|l.L4[7] == 0 // no checksum
				if err == nil && !udp && len(l.L4)+len(l.Payload) > 8 && Sound(&l) && l.Cut == 0 && l.IPLen == len(b) && len(l.L3)+len(l.L4)+len(l.Payload) == len(b) {
					t.Errorf("%s: bit %d of byte %d does not matter", name, bit, i)
				}
				b[i] ^= 1 << bit
			}
		}
	}
}
