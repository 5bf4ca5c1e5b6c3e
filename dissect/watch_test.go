package dissect

import (
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

func TestWatch(t *testing.T) {
	w := newWire(t)
	var seen []event.Sighting
	note := func(s event.Sighting) { seen = append(seen, s) }
	arp := &layers.ARP{AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: 1,
		SourceHwAddress: []byte{2, 0, 0, 0, 0, 1}, SourceProtAddress: []byte{10, 0, 0, 1}, DstHwAddress: make([]byte, 6), DstProtAddress: []byte{10, 0, 0, 9}}
	send := func() {
		w.tcp(web, ">PA 3 abc")
		w.send(ipv4("10.0.0.7", server, layers.IPProtocolUDP), &layers.UDP{SrcPort: 1, DstPort: 2}, gopacket.Payload("x"))
		w.send(arp)
	}
	send()
	w.a.Watch(Watch{IPs: []netip.Addr{netip.MustParseAddr(client)}, Seen: note})
	send()
	if len(seen) != 2 || seen[0].Payload != 3 || seen[0].Flags != event.FlagACK|event.FlagPSH || seen[0].Seq != 1003 ||
		seen[0].Src.IP.String() != client || seen[0].Dst.Port != 80 || seen[1].Proto != event.ProtoARP || seen[1].Dst.IP.String() != "10.0.0.9" {
		t.Errorf("by address: %+v", seen)
	}
	seen = nil
	w.a.Watch(Watch{MACs: []event.MAC{{2, 0, 0, 0, 0, 2}}, Seen: note})
	if send(); len(seen) != 3 {
		t.Errorf("by MAC: %+v", seen)
	}
	seen = nil
	w.a.Watch(Watch{Seen: note})
	if send(); len(seen) != 0 || w.a.watch.Load() != nil {
		t.Errorf("an empty set still sees: %+v", seen)
	}
}
