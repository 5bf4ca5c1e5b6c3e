package nbns

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden replays captures of real programs: see testdata/README and the lab's.
func TestGolden(t *testing.T) {
	flowtest.Golden(t, "testdata/nbns.pcap", Protocol)
	flowtest.Golden(t, flowtest.Captures+"nbns-names.pcap.gz", Protocol)
}

// TestJapaneseNames reads names as Windows in Japan has them, in code page 932; of others no byte becomes another.
func TestJapaneseNames(t *testing.T) {
	for in, want := range map[string]string{
		"\x92\xac\x92\xb7PC-A        ": "町長pc-a", "\xc0\xc5\xb6PC\x00": "ﾀﾅｶpc", "\x8d\x91\x94\x5c  ": "国能", "PC-\xc0\xff": `pc-\192\255`, "A\x01": `a\001`,
	} {
		if got := clean([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestUnit: a machine that is asked for its names tells its MAC address, too, which no router changes.
func TestUnit(t *testing.T) {
	one := "PC-A           \x20\x04\x00"
	for in, want := range map[string]string{"\x01" + one + "\x02\x00\x00\x00\x00\x0a\x00": "02:00:00:00:00:0a", "\x01" + one + "\x00\x00\x00\x00\x00\x00": "", "\x02" + one + "\x02\x00\x00\x00\x00\x0a": "", "\x01" + one: ""} {
		got := ""
		for _, a := range status(dnsmsg.Record{Data: []byte(in)}, event.Endpoint{}) {
			if a.Type == "UNITID" {
				got = a.Data
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestSeveralAddresses: a machine with several addresses registers its name by an operation of its own.
func TestSeveralAddresses(t *testing.T) {
	var got *event.DNSActivity
	p := Protocol.Datagrams(&dissect.Flow{Emit: func(e event.Event) { got = e.(*event.DNSActivity) }})
	b := "\x00\x08\x79\x10\x00\x01\x00\x00\x00\x00\x00\x01\x20" + "EBCACACACACACACACACACACACACACAAA" + "\x00\x00\x20\x00\x01\xc0\x0c\x00\x20\x00\x01\x00\x04\x93\xe0\x00\x06\x00\x00\x0a\x01\x00\x06"
	if err := p.Datagram(dissect.Orig, []byte(b)); err != nil || got == nil || got.Op != "registration" || got.Query != "a" || len(got.Answers) != 1 {
		t.Errorf("%v %+v", err, got)
	}
}

func FuzzDatagram(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, "testdata/nbns.pcap")...)
}
