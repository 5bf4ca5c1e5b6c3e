package decode

import (
	"encoding/binary"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
)

// TestFragmentsOutOfOrderInTime: the packets of a card's queues come a little out of order; a datagram that waits is not given up for that.
func TestFragmentsOutOfOrderInTime(t *testing.T) {
	d := NewDecoder(0)
	var l Layers
	give := func(at int64, id uint16, off int, more bool, b []byte) {
		ip := *ip4
		ip.Protocol, ip.Id, ip.FragOffset = layers.IPProtocolUDP, id, uint16(off/8)
		if more {
			ip.Flags = layers.IPv4MoreFragments
		}
		raw := build(t, &ip, gopacket.Payload(b))
		_ = d.Decode(&capture.Packet{Nanos: at, Data: raw, OrigLen: len(raw), Link: capture.LinkRaw}, &l)
	}
	first := make([]byte, 16)
	binary.BigEndian.PutUint16(first[2:], 2000)
	binary.BigEndian.PutUint16(first[4:], 24)
	give(1000, 1, 0, true, first)
	give(900, 2, 0, true, first)
	if give(1100, 1, 16, false, make([]byte, 8)); l.Kind != UDP || len(l.Payload) != 16 || d.Evicted() != 0 {
		t.Errorf("kind %v, %d bytes, %d given up", l.Kind, len(l.Payload), d.Evicted())
	}
	if give(-2*fragTimeout, 3, 0, true, first); d.Evicted() != 1 {
		t.Errorf("after the clock went back: %d given up", d.Evicted())
	}
}

// TestTunnelsCut: where the capture has only the start of a packet, the headers within a tunnel over UDP are read as those outside are.
func TestTunnelsCut(t *testing.T) {
	inner := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))[:14+20+20+5]
	for port, head := range map[layers.UDPPort]string{portVXLAN: "\x08\x00\x00\x00\x00\x00\x07\x00", portGeneve: "\x00\x00\x65\x58\x00\x00\x07\x00"} {
		ip := *ip4
		ip.Protocol = layers.IPProtocolUDP
		b := build(t, &ip, &layers.UDP{SrcPort: 5, DstPort: port}, gopacket.Payload(append([]byte(head), inner...)))
		l, err := decode(t, capture.LinkRaw, b, 3)
		if err != nil || l.Kind != TCP || l.DstPort != 80 || string(l.Payload) != "he" || l.Cut != 3 || l.Outer == nil {
			t.Errorf("port %d: %v %+v", port, err, l)
		}
	}
}
