package decode

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
)

// l2tpSamples are data messages around a packet and a frame, in all the ways that the two versions write them.
func l2tpSamples(ip, frame string) (udp, over115 map[string]string) {
	third := "\x00\x03\x00\x00\x00\x00\x00\x09"
	return map[string]string{
			"plain":                 "\x00\x02\x00\x07\x00\x09" + "\xff\x03\x00\x21" + ip,
			"compressed PPP":        "\x00\x02\x00\x07\x00\x09" + "\x21" + ip,
			"uncompressed protocol": "\x00\x02\x00\x07\x00\x09" + "\x00\x21" + ip,
			"length, numbers":       "\x48\x02\x00" + string(rune(16+len(ip))) + "\x00\x07\x00\x09" + "\x00\x01\x00\x00" + "\xff\x03\x00\x21" + ip + "behind",
			"offset":                "\x02\x02\x00\x07\x00\x09" + "\x00\x03pad" + "\xff\x03\x00\x21" + ip,
			"priority":              "\x01\x02\x00\x07\x00\x09" + "\xff\x03\x00\x21" + ip,
			"3, Ethernet":           third + frame,
			"3, sublayer":           third + "\x40\x00\x00\x01" + frame,
			"3, cookie":             third + "cook" + frame,
			"3, cookie, sublayer":   third + "cookies!" + "\x40\x00\x00\x01" + frame,
			"3, VLAN":               third + frame[:12] + "\x81\x00\x00\x07" + frame[12:],
			"3, PPP":                third + "cookies!" + "\xff\x03\x00\x21" + ip,
			"3, HDLC":               third + "\x0f\x00\x08\x00" + ip,
		}, map[string]string{
			"over IP":         "\x00\x00\x00\x09" + frame,
			"over IP, cookie": "\x00\x00\x00\x09" + "cook" + frame,
		}
}

// TestL2TP looks into its data messages, whatever its header has.
func TestL2TP(t *testing.T) {
	frame := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))
	ip := string(frame[14 : 14+45])
	outer := &layers.IPv4{Version: 4, TTL: 9, Protocol: layers.IPProtocolUDP, SrcIP: []byte{172, 16, 0, 1}, DstIP: []byte{172, 16, 0, 2}}
	inUDP, over115 := l2tpSamples(ip, string(frame))
	for name, b := range inUDP {
		for _, ports := range [][2]layers.UDPPort{{1701, 1701}, {5000, 1701}, {1701, 5000}} {
			l, err := decode(t, capture.LinkEthernet, build(t, eth, outer, &layers.UDP{SrcPort: ports[0], DstPort: ports[1]}, gopacket.Payload(b)), 0)
			inside(t, name, l, err)
		}
	}
	bare := *outer
	bare.Protocol = layers.IPProtocol(protoL2TP)
	for name, b := range over115 {
		l, err := decode(t, capture.LinkEthernet, build(t, eth, &bare, gopacket.Payload(b)), 0)
		inside(t, name, l, err)
	}
}

// TestNoL2TP leaves alone what is not a packet within L2TP: control messages, what sets a link up, and other things at its port.
func TestNoL2TP(t *testing.T) {
	frame := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))
	ip := string(frame[14 : 14+45])
	outer := &layers.IPv4{Version: 4, TTL: 9, Protocol: layers.IPProtocolUDP, SrcIP: []byte{172, 16, 0, 1}, DstIP: []byte{172, 16, 0, 2}}
	for name, b := range map[string]string{
		"control":         "\xc8\x02\x00\x14\x00\x07\x00\x00\x00\x00\x00\x00\x80\x08\x00\x00\x00\x00\x00\x01",
		"LCP":             "\x00\x02\x00\x07\x00\x09" + "\xff\x03\xc0\x21\x01\x01\x00\x04",
		"reserved bits":   "\x20\x02\x00\x07\x00\x09" + "\xff\x03\x00\x21" + ip,
		"too long":        "\x40\x02\x01\x00\x00\x07\x00\x09" + "\xff\x03\x00\x21" + ip,
		"offset":          "\x02\x02\x00\x07\x00\x09" + "\xff\xff" + ip,
		"version 4":       "\x00\x04\x00\x07\x00\x09" + "\xff\x03\x00\x21" + ip,
		"3, number 0":     "\x00\x03\x00\x00\x00\x00\x00\x00" + string(frame),
		"3, far":          "\x00\x03\x00\x00\x00\x00\x00\x09" + "cookies!cookies!" + string(frame),
		"3, not so long":  "\x00\x03\x00\x00\x00\x00\x00\x09" + string(frame) + "behind",
		"3, spanning":     "\x00\x03\x00\x00\x00\x00\x00\x09" + "\x01\x80\xc2\x00\x00\x00\x02\x00\x00\x00\x00\x01\x00\x26\x42\x42\x03",
		"nothing":         "\x00\x03\x00\x00\x00\x00\x00\x09",
		"something other": "hello, this is no tunnel at all",
	} {
		l, err := decode(t, capture.LinkEthernet, build(t, eth, outer, &layers.UDP{SrcPort: 1701, DstPort: 1701}, gopacket.Payload(b)), 0)
		if err != nil || l.Kind != UDP || l.DstPort != 1701 || len(l.Events) > 0 {
			t.Errorf("%s: %v %+v", name, err, l)
		}
	}
}

// l2tpSeeds are all of them as packets.
func l2tpSeeds(t testing.TB) (out [][]byte) {
	frame := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))
	inUDP, over115 := l2tpSamples(string(frame[14:14+45]), string(frame))
	outer := &layers.IPv4{Version: 4, TTL: 9, Protocol: layers.IPProtocolUDP, SrcIP: []byte{172, 16, 0, 1}, DstIP: []byte{172, 16, 0, 2}}
	for _, b := range inUDP {
		out = append(out, build(t, outer, &layers.UDP{SrcPort: 1701, DstPort: 1701}, gopacket.Payload(b)))
	}
	bare := *outer
	bare.Protocol = layers.IPProtocol(protoL2TP)
	for _, b := range over115 {
		out = append(out, build(t, &bare, gopacket.Payload(b)))
	}
	return out
}
