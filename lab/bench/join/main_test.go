package main

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// TestMove moves a packet's addresses: it is the packet that another library makes of the moved addresses.
func TestMove(t *testing.T) {
	build := func(second byte) []byte {
		ip := &layers.IPv4{Version: 4, TTL: 9, Protocol: layers.IPProtocolTCP, SrcIP: []byte{10, second, 3, 4}, DstIP: []byte{192, second + 158, 9, 8}}
		tcp := &layers.TCP{SrcPort: 1000, DstPort: 80, Seq: 7, ACK: true}
		if err := tcp.SetNetworkLayerForChecksum(ip); err != nil {
			t.Fatal(err)
		}
		buf := gopacket.NewSerializeBuffer()
		eth := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}
		if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, eth, ip, tcp, gopacket.Payload("hello")); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	b := build(10)
	move(b, 5)
	if string(b) != string(build(15)) {
		t.Errorf("% x\nwant\n% x", b, build(15))
	}
	for n := range b {
		move(b[:n], 3) // must not panic
	}
}
