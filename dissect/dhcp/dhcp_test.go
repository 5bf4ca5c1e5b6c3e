package dhcp

import (
	"errors"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden replays captures of real programs: see testdata/README and the lab's.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, "testdata/dhcp.pcap", Protocol)
	flowtest.Golden(t, flowtest.Captures+"dhcp-lease.pcap.gz", Protocol)
}

// TestGoldenFields holds what rules see.
func TestGoldenFields(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"dhcp-lease.pcap.gz", Protocol)
}

// TestCut: a message whose options end too early is told as far as it goes.
func TestCut(t *testing.T) {
	b := make([]byte, headLen, 300)
	b[0], b[1], b[2], b[28] = request, 1, 6, 2
	b = append(b, "\x63\x82\x53\x63\x35\x01\x01\x0c\x04evil\x0f\xffx"...)
	var got []event.Event
	p := Protocol.Datagrams(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e) }})
	if err := p.Datagram(dissect.Orig, b); !errors.Is(err, ErrMessage) || len(got) != 1 || got[0].(*event.DHCPActivity).Hostname != "evil" {
		t.Errorf("%v %+v", err, got)
	}
}

func FuzzDatagram(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, "testdata/dhcp.pcap")...)
}

// TestJapaneseNames reads names as Windows in Japan sends them, and as others do.
func TestJapaneseNames(t *testing.T) {
	for in, want := range map[string]string{"\x92\xac\x92\xb7PC\x00": "町長PC", "\xc0\xc5\xb6\xc1": "ﾀﾅｶﾁ", "町長PC": "町長PC", "pc\x00\x00": "pc", "\xff\xfe": "\uFFFD", "a\x1bb": "ab"} {
		if got := text([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
