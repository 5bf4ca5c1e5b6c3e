package decode

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

var (
	eth  = &layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 1}, DstMAC: []byte{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeIPv4}
	ip4  = &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: []byte{10, 0, 0, 1}, DstIP: []byte{192, 0, 2, 1}}
	tcp4 = &layers.TCP{SrcPort: 40000, DstPort: 80, Seq: 7, Ack: 9, ACK: true, PSH: true}
)

func build(t testing.TB, l ...gopacket.SerializableLayer) []byte {
	t.Helper()
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, l...); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func decode(t *testing.T, link capture.Link, b []byte, cut int) (Layers, error) {
	t.Helper()
	var l Layers
	err := NewDecoder(0).Decode(&capture.Packet{Data: b[:len(b)-cut], OrigLen: len(b), Link: link}, &l)
	return l, err
}

// inside are the headers and the payload that each wrapping must lead to.
func inside(t *testing.T, name string, l Layers, err error) {
	t.Helper()
	if err != nil || l.Kind != TCP || l.Src.IP().String() != "10.0.0.1" || l.DstPort != 80 || l.Seq != 7 || l.Ack != 9 ||
		l.Flags != event.FlagACK|event.FlagPSH || string(l.Payload) != "hello" {
		t.Errorf("%s: %v %+v", name, err, l)
	}
}

func TestLinks(t *testing.T) {
	ip := build(t, ip4, tcp4, gopacket.Payload("hello"))
	frame := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))
	v := func(id uint16, next layers.EthernetType) *layers.Dot1Q {
		return &layers.Dot1Q{VLANIdentifier: id, Type: next}
	}
	outer := &layers.Ethernet{SrcMAC: eth.SrcMAC, DstMAC: eth.DstMAC, EthernetType: layers.EthernetTypeQinQ}
	sll := append([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, ip...)
	sll2 := append([]byte{8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, ip...)
	for _, c := range []struct {
		name string
		link capture.Link
		b    []byte
		vlan uint16
	}{
		{"ethernet", capture.LinkEthernet, frame, 0},
		{"ethernet padding", capture.LinkEthernet, append(bytes.Clone(frame), 0, 0, 0), 0},
		{"QinQ", capture.LinkEthernet, build(t, outer, v(30, layers.EthernetTypeDot1Q), v(40, layers.EthernetTypeIPv4), ip4, tcp4, gopacket.Payload("hello")), 30},
		{"raw", capture.LinkRaw, ip, 0},
		{"null", capture.LinkNull, append([]byte{2, 0, 0, 0}, ip...), 0},
		{"sll", capture.LinkSLL, sll, 0},
		{"sll2", capture.LinkSLL2, sll2, 0},
		{"mpls", capture.LinkEthernet, append(append(bytes.Clone(frame[:12]), 0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64), ip...), 0},
		{"pppoe", capture.LinkEthernet, append(append(bytes.Clone(frame[:12]), 0x88, 0x64, 0x11, 0, 0, 1, 0, 9, 0, 0x21), ip...), 0},
	} {
		l, err := decode(t, c.link, c.b, 0)
		inside(t, c.name, l, err)
		if l.VLAN != c.vlan {
			t.Errorf("%s: VLAN %d, want %d", c.name, l.VLAN, c.vlan)
		}
	}
}

func TestTunnels(t *testing.T) {
	frame := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))
	ip := frame[14:]
	over := func(p layers.IPProtocol) *layers.IPv4 {
		return &layers.IPv4{Version: 4, TTL: 9, Protocol: p, SrcIP: []byte{172, 16, 0, 1}, DstIP: []byte{172, 16, 0, 2}}
	}
	gre := func(head string, inner []byte) []byte {
		return build(t, eth, over(layers.IPProtocolGRE), gopacket.Payload(head+string(inner)))
	}
	vxlan := build(t, eth, over(layers.IPProtocolUDP), &layers.UDP{SrcPort: 5000, DstPort: 4789}, gopacket.Payload("\x08\x00\x00\x00\x00\x00\x07\x00"+string(frame)))
	for name, b := range map[string][]byte{
		"IP in IP":                   build(t, eth, over(layers.IPProtocolIPv4), gopacket.Payload(ip)),
		"GRE":                        gre("\x00\x00\x08\x00", ip),
		"GRE key":                    gre("\x20\x00\x08\x00\x00\x00\x00\x01", ip),
		"ERSPAN I":                   gre("\x00\x00\x88\xbe", frame),
		"ERSPAN II":                  gre("\x10\x00\x88\xbe\x00\x00\x00\x01"+"\x10\x01\x00\x01\x00\x00\x00\x00", frame),
		"ERSPAN III":                 gre("\x10\x00\x22\xeb\x00\x00\x00\x01"+"\x20\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", frame),
		"ERSPAN III without a frame": gre("\x10\x00\x22\xeb\x00\x00\x00\x01"+"\x20\x01\x00\x01\x00\x00\x00\x00\x00\x00\x08\x00", ip),
		"QinQ in GRE":                gre("\x00\x00\x88\xa8", append([]byte{0, 7, 8, 0}, ip...)),
		"bridged GRE":                gre("\x00\x00\x65\x58", frame),
		"VXLAN":                      vxlan,
	} {
		l, err := decode(t, capture.LinkEthernet, b, 0)
		inside(t, name, l, err)
	}
	deep := gopacket.Payload(ip)
	for range 2 * maxLayers {
		deep = build(t, over(layers.IPProtocolIPv4), deep)
	}
	if l, err := decode(t, capture.LinkRaw, deep, 0); err != ErrDepth {
		t.Errorf("%d headers: %v, kind %v", 2*maxLayers, err, l.Kind)
	}
}

// TestSnap cuts a packet at each length, as a snap length does.
func TestSnap(t *testing.T) {
	b := build(t, eth, ip4, tcp4, gopacket.Payload("hello"))[:14+20+20+5] // without padding
	for cut := range b {
		l, err := decode(t, capture.LinkEthernet, b, cut)
		switch {
		case cut <= 5 && (err != nil || len(l.Payload) != 5-cut || l.Cut != cut || l.IPLen != len(b)-14):
			t.Errorf("cut by %d: %v %+v", cut, err, l)
		case cut > 25 && l.Kind == TCP && l.Payload != nil:
			t.Errorf("cut by %d: %+v", cut, l)
		case cut > 5 && cut <= 11 && (l.Kind != TCP || l.DstPort != 80): // ports and flags are still there
			t.Errorf("cut by %d: %v %+v", cut, err, l)
		}
	}
}

func TestIPv6Extensions(t *testing.T) {
	ip6 := &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolIPv6HopByHop, HopLimit: 9, SrcIP: bytes.Repeat([]byte{1}, 16), DstIP: bytes.Repeat([]byte{2}, 16)}
	chain := []byte{60, 0, 0, 0, 0, 0, 0, 0 /* hop by hop */, 44, 0, 0, 0, 0, 0, 0, 0 /* options */, 17, 0, 0, 0, 0, 0, 0, 1 /* atomic fragment */}
	udp := []byte{0, 53, 0, 99, 0, 10, 0, 0, 'h', 'i'}
	l, err := decode(t, capture.LinkRaw, build(t, ip6, gopacket.Payload(append(chain, udp...))), 0)
	if err != nil || l.Kind != UDP || l.SrcPort != 53 || string(l.Payload) != "hi" {
		t.Errorf("%v %+v", err, l)
	}
}

// TestFragments gives the pieces of a datagram in several orders and with overlaps.
func TestFragments(t *testing.T) {
	content := make([]byte, 64)
	for i := range content {
		content[i] = byte(i)
	}
	binary.BigEndian.PutUint16(content, 1000)
	binary.BigEndian.PutUint16(content[2:], 2000)
	binary.BigEndian.PutUint16(content[4:], 64)
	piece := func(from, to int, evil bool) []byte {
		b := bytes.Clone(content[from:to])
		if evil {
			b = bytes.Repeat([]byte{0xee}, len(b))
		}
		ip := *ip4
		ip.Protocol, ip.Id, ip.FragOffset = layers.IPProtocolUDP, 77, uint16(from/8)
		if to < 64 {
			ip.Flags = layers.IPv4MoreFragments
		}
		return build(t, &ip, gopacket.Payload(b))
	}
	for name, pieces := range map[string][][]byte{
		"in order":            {piece(0, 24, false), piece(24, 48, false), piece(48, 64, false)},
		"backwards":           {piece(48, 64, false), piece(24, 48, false), piece(0, 24, false)},
		"twice":               {piece(0, 24, false), piece(0, 24, false), piece(24, 64, false)},
		"overlap keeps first": {piece(0, 32, false), piece(48, 64, false), piece(8, 32, true), piece(24, 56, false)},
		"over several":        {piece(8, 16, false), piece(32, 40, false), piece(0, 56, false), piece(56, 64, false)},
	} {
		d := NewDecoder(0)
		var l Layers
		var err error
		for _, b := range pieces {
			err = d.Decode(&capture.Packet{Data: b, OrigLen: len(b), Link: capture.LinkRaw}, &l)
		}
		if err != nil || l.Kind != UDP || !bytes.Equal(l.Payload, content[8:]) || len(d.frags.byKey) != 0 || d.frags.held != 0 {
			t.Errorf("%s: %v %+v, %d held", name, err, l, d.frags.held)
		}
	}
}

// TestFragmentBounds floods with first pieces: memory stays, the oldest go and are counted.
func TestFragmentBounds(t *testing.T) {
	d := NewDecoder(64 << 10)
	var l Layers
	for id := range 5000 {
		ip := *ip4
		ip.Protocol, ip.Id, ip.Flags = layers.IPProtocolUDP, uint16(id), layers.IPv4MoreFragments
		b := build(t, &ip, gopacket.Payload(make([]byte, 800)))
		if err := d.Decode(&capture.Packet{Nanos: int64(id), Data: b, OrigLen: len(b), Link: capture.LinkRaw}, &l); err != nil || l.Kind != Fragment {
			t.Fatal(err, l.Kind)
		}
	}
	if d.frags.held > 64<<10 || d.Evicted() < 4900 {
		t.Errorf("%d bytes held, %d evicted", d.frags.held, d.Evicted())
	}
	late := fragTimeout + int64(5000)
	d.frags.expire(late)
	if d.frags.held != 0 || d.frags.oldest != nil || d.frags.newest != nil {
		t.Errorf("%d bytes held after the time-out", d.frags.held)
	}
}

func TestGroup(t *testing.T) {
	for ip, want := range map[string]bool{"224.0.0.251": true, "255.255.255.255": true, "10.0.0.255": false, "ff02::fb": true, "fe80::1": false} {
		a := addr(ip)
		if got := a.Group(); got != want {
			t.Errorf("%s: %v", ip, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(uint16(1), []byte("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00E\x00\x00\x1c\x00\x01\x20\x00\x40\x11\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02\x00\x35\x00\x35\x00\x08\x00\x00"))
	f.Add(uint16(101), []byte("\x60\x00\x00\x00\x00\x08\x3a\x40"))
	for _, c := range anomalies {
		f.Add(uint16(c.link), []byte(c.b))
	}
	for _, c := range carried {
		f.Add(uint16(c.link), []byte(c.b))
	}
	for _, b := range l2tpSeeds(f) {
		f.Add(uint16(101), b)
	}
	f.Fuzz(func(t *testing.T, link uint16, b []byte) {
		d := NewDecoder(64 << 10)
		var l Layers
		for i := range 3 {
			_ = d.Decode(&capture.Packet{Nanos: int64(i), Data: b, OrigLen: len(b) + i, Link: capture.Link(link)}, &l) // an error is a fine answer
			if len(l.Payload) > maxDatagram+len(b) || l.Cut < 0 || len(l.Events) > len(b)+8 || len(d.Outer()) > maxOuter {
				t.Fatalf("%+v", l)
			}
			for _, o := range append(d.Outer(), l) {
				if o.Kind > Fragment && len(o.L3) < 20 || o.Kind == UDP && len(o.L4) != 8 {
					t.Fatalf("%+v", o)
				}
			}
			Sound(&l)
			var q Layers
			Quoted(b, &q)
		}
	})
}

func addr(s string) Addr { return Addr(netip.MustParseAddr(s).As16()) }
