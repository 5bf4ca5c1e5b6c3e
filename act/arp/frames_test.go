package arp

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

var (
	ours, theirs = event.MAC{2, 0, 0, 0, 0, 1}, event.MAC{2, 0, 0, 0, 0, 2}
	four, four2  = netip.MustParseAddr("10.1.0.7"), netip.MustParseAddr("10.1.0.1")
	six, six2    = netip.MustParseAddr("fd00::7"), netip.MustParseAddr("fe80::1")
)

// A second reader takes our frames for what they are, checksums included.
func TestFramesAreWellFormed(t *testing.T) {
	for name, frame := range map[string][]byte{
		"answer":   arpFrame(ours, theirs, opReply, four, ours, four2),
		"question": arpFrame(ours, everybody, opRequest, four, ours, four2),
		"advert":   advert(ours, theirs, six2, six, ours, six2, true),
		"solicit":  solicit(ours, six2, six),
		"roll":     roll(ours, six2),
	} {
		p := gopacket.NewPacket(frame, layers.LayerTypeEthernet, gopacket.DecodeOptions{})
		if p.ErrorLayer() != nil || event.MAC(p.Layer(layers.LayerTypeEthernet).(*layers.Ethernet).SrcMAC) != ours {
			t.Fatalf("%s: %v %v", name, p, p.ErrorLayer())
		}
		if a, ok := p.Layer(layers.LayerTypeARP).(*layers.ARP); ok {
			if netip.AddrFrom4([4]byte(a.SourceProtAddress)) != four || event.MAC(a.SourceHwAddress) != ours || netip.AddrFrom4([4]byte(a.DstProtAddress)) != four2 {
				t.Errorf("%s: %+v", name, a)
			}
			continue
		}
		if err := p.Layer(layers.LayerTypeICMPv6).(*layers.ICMPv6).SetNetworkLayerForChecksum(p.NetworkLayer()); err != nil {
			t.Fatal(err)
		}
		if problem, errs := p.VerifyChecksums(); problem != nil || len(errs) > 0 {
			t.Errorf("%s: %v %v", name, problem, errs)
		}
	}
	p := gopacket.NewPacket(advert(ours, theirs, six2, six, ours, six2, true), layers.LayerTypeEthernet, gopacket.DecodeOptions{})
	na := p.Layer(layers.LayerTypeICMPv6NeighborAdvertisement).(*layers.ICMPv6NeighborAdvertisement)
	if !na.Router() || !na.Override() || !na.Solicited() || event.MAC(na.Options[0].Data) != ours {
		t.Errorf("%+v", na)
	}
}

func TestWhatIsHeard(t *testing.T) {
	stranger := event.MAC{2, 0, 0, 0, 0, 9}
	for name, c := range map[string]struct {
		frame []byte
		want  heard
		ok    bool
	}{
		"a question":        {arpFrame(theirs, everybody, opRequest, four, theirs, four2), heard{from: theirs, ip: four, mac: theirs, asks: four2}, true},
		"an answer":         {arpFrame(theirs, ours, opReply, four, theirs, four2), heard{from: theirs, toUs: true, ip: four, mac: theirs}, true},
		"a probe":           {arpFrame(theirs, everybody, opRequest, netip.IPv4Unspecified(), theirs, four2), heard{from: theirs, mac: theirs, asks: four2}, true},
		"another's lie":     {arpFrame(theirs, ours, opReply, four, stranger, four2), heard{}, false},
		"another's advert":  {advert(theirs, ours, six2, six, stranger, six2, false), heard{}, false},
		"an advert":         {advert(theirs, ours, six2, six, theirs, six2, true), heard{from: theirs, toUs: true, ip: six, mac: theirs, router: true}, true},
		"a solicitation":    {solicit(theirs, six2, six), heard{from: theirs, ip: six2, mac: theirs, asks: six}, true},
		"nothing":           {nil, heard{}, false},
		"half an ARP frame": {arpFrame(theirs, ours, opReply, four, theirs, four2)[:30], heard{}, false},
	} {
		got, ok := read(c.frame)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v %v, want %+v", name, got, ok, c.want)
		}
	}
	far := advert(theirs, ours, six2, six, theirs, six2, true)
	far[etherSize+7] = 254 // it came through a router
	if _, ok := read(far); ok {
		t.Error("an advert from another network is believed")
	}
}

// Whatever is on the wire, what is remembered stays within its limits, and nobody of the outside is believed.
func FuzzHear(f *testing.F) {
	for _, b := range [][]byte{arpFrame(theirs, everybody, opRequest, four, theirs, four2), advert(theirs, ours, six2, six, theirs, six2, true), solicit(theirs, six2, six), roll(theirs, six2)} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, ok := read(b)
		if !ok {
			return
		}
		now := time.Unix(1_800_000_000, 0)
		s := &segment{Segment: Segment{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/24"), netip.MustParsePrefix("fd00::/64")}, Gateways: []netip.Addr{four2}},
			wire: &wire{own: ours, fd: -1}, rate: 100, tokens: 100, filled: now, near: map[netip.Addr]neighbour{}, victims: map[string]*victim{},
			protected: func(netip.Addr, event.MAC) bool { return false }}
		s.near[four2] = neighbour{MAC: event.MAC{2, 0, 0, 0, 0, 7}, seen: now}
		s.victims["iso-1"] = &victim{order: "iso-1", until: now.Add(time.Hour), at: map[netip.Addr]event.MAC{four: theirs}}
		for range 3 {
			s.hear(h, now)
		}
		for a, n := range s.near {
			if !s.has(a) || n.MAC == s.own || n.MAC[0]&1 != 0 || a.IsMulticast() {
				t.Fatalf("%s at %s is believed", a, n.MAC)
			}
		}
		if _, cut := s.victims["iso-1"].at[four2]; cut || len(s.due) > 100 {
			t.Fatalf("the gateway is cut: %v; %d words are due", cut, len(s.due))
		}
	})
}
