package dhcpv6

import (
	"fmt"
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
	got := one(t, dissect.Orig, b)
	if got.Message != "REQUEST" || got.CircuitID != "ge-1" || got.RemoteID != "sw-3" || got.RelayIP.String() != "fd77::1" ||
		got.ClientMAC != (event.MAC{2, 0, 0, 0, 0, 5}) || got.Params != "23" || got.XID != 0xabcdef {
		t.Errorf("%+v", got)
	}
}

// TestGiven reads what a server gives beside the address: whom to ask for names above all, which is what a false server is after.
func TestGiven(t *testing.T) {
	const ids = "\x00\x01\x00\x0a\x00\x03\x00\x01\x02\x00\x00\x00\x00\x05" + "\x00\x02\x00\x0a\x00\x03\x00\x01\x02\x00\x00\x00\x00\x66"
	b := "\x07\xab\xcd\xef" + ids + "\x00\x03\x00\x28" + "\x00\x00\x00\x01\x00\x00\x00\xc8\x00\x00\x00\xfa" +
		"\x00\x05\x00\x18" + "\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07" + "\x00\x00\x01\x2c\x00\x00\x01\x2c" +
		"\x00\x17\x00\x20" + "\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x66" + "\xfd\x77\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
	got := one(t, dissect.Resp, b)
	if got.Message != "REPLY" || got.ServerID != "00030001020000000066" || got.RenewSec != 200 || got.RebindSec != 250 || got.LeaseSec != 300 ||
		fmt.Sprint(got.Resolvers) != "[fe80::66 fd77::1]" || got.Status != "" {
		t.Errorf("%+v", got)
	}
	none := "\x07\xab\xcd\xef" + ids + "\x00\x03\x00\x12" + "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x0d\x00\x02\x00\x02"
	if got := one(t, dissect.Resp, none); got.Status != "NoAddrsAvail" || got.YourIP.IsValid() {
		t.Errorf("%+v", got)
	}
}

func one(t *testing.T, d dissect.Dir, b string) (got *event.DHCPActivity) {
	t.Helper()
	p := Protocol.Datagrams(&dissect.Flow{Emit: func(e event.Event) { got = e.(*event.DHCPActivity) }})
	if err := p.Datagram(d, []byte(b)); err != nil {
		t.Fatal(err)
	}
	return got
}

func FuzzDatagram(f *testing.F) { flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, lease6)...) }
