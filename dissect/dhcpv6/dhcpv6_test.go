package dhcpv6

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

const lease6 = "testdata/dhcpv6-lease.pcap.gz"

func TestGolden(t *testing.T) { flowtest.Golden(t, lease6, Protocol) }

// TestRelay reads a request through a relay, with the port it came in by (RFC 8415 §19.1).
func TestRelay(t *testing.T) {
	b := "\x0c\x00" + "\xfd\x77\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" + "\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x50" +
		"\x00\x12\x00\x04ge-1" + "\x00\x25\x00\x08\x00\x00\x00\x09sw-3" +
		"\x00\x09\x00\x20" + "\x03\xab\xcd\xef" + "\x00\x01\x00\x0a\x00\x03\x00\x01\x02\x00\x00\x00\x00\x05" + "\x00\x06\x00\x02\x00\x17" + "\x00\x08\x00\x04\x00\x00\x00\x00"
	var got *event.DHCPActivity
	p := Protocol.Datagrams(&dissect.Flow{Emit: func(e event.Event) { got = e.(*event.DHCPActivity) }})
	if err := p.Datagram(dissect.Orig, []byte(b)); err != nil {
		t.Fatal(err)
	}
	if got.Message != "REQUEST" || got.CircuitID != "ge-1" || got.RemoteID != "sw-3" || got.RelayIP.String() != "fd77::1" ||
		got.ClientMAC != (event.MAC{2, 0, 0, 0, 0, 5}) || got.Params != "23" || got.XID != 0xabcdef {
		t.Errorf("%+v", got)
	}
}

func FuzzDatagram(f *testing.F) { flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, lease6)...) }
