package dissect

import (
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

// TestErrorsAreToldOfWhatTheyCite: why a conversation did not get through stands with it, whoever says so.
func TestErrorsAreToldOfWhatTheyCite(t *testing.T) {
	const router = "10.0.0.254"
	for name, c := range map[string]struct {
		typ, code uint8
		state     string
		want      uint16
	}{
		"no such port": {3, 3, "REJ", 3<<8 | 3}, "forbidden": {3, 13, "REJ", 3<<8 | 13}, "too far": {11, 0, "S0", 11 << 8}, "another way": {5, 1, "S0", 5<<8 | 1}, "an echo": {8, 0, "S0", 0},
	} {
		w := newWire(t)
		probe := []gopacket.SerializableLayer{ipv4(client, server, layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 33434}, gopacket.Payload("x")}
		quote := gopacket.NewSerializeBuffer()
		if err := gopacket.SerializeLayers(quote, gopacket.SerializeOptions{FixLengths: true}, probe...); err != nil {
			t.Fatal(err)
		}
		w.send(probe...)
		w.send(ipv4(router, client, layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(c.typ, c.code)}, gopacket.Payload(quote.Bytes()))
		w.a.Close()
		for _, e := range w.events {
			if f, ok := e.(*event.NetworkActivity); ok && f.Activity.Ended() && f.Dst.Port == 33434 && (f.Failure != c.want || f.State != c.state) {
				t.Errorf("%s: %#x %s", name, f.Failure, f.State)
			}
		}
	}
}
