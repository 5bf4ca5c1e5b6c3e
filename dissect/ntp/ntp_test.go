package ntp

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// Messages by RFC 5905 §7.3 (figure 8), RFC 9327 §2 and, for mode 7, ntpd's monlist request.
var (
	request = "\x23\x00\x06\xe9" + strings.Repeat("\x00", 44)
	answer  = "\x24\x02\x06\xe9\x00\x00\x00\x10\x00\x00\x00\x20\x0a\x14\x00\x01" + strings.Repeat("\x01", 32)
	control = "\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
	monlist = "\x17\x00\x03\x2a" + strings.Repeat("\x00", 4)
)

func TestTalk(t *testing.T) {
	flowtest.Talk(t, "time", 123, true, []flowtest.Say{
		flowtest.Up(request), flowtest.Down(answer), flowtest.Up(control), flowtest.Up(monlist), flowtest.Up(monlist), flowtest.Up("?"),
	}, Protocol)
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		request: dissect.Yes, monlist: dissect.Yes, request[:20]: dissect.No, "": dissect.No, "\xe3" + request[1:]: dissect.Yes, "\x3b" + request[1:]: dissect.No,
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 123); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

func FuzzNTP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, "testdata/ntp-tools.pcap.gz"), []flowtest.Say{flowtest.Up(request), flowtest.Up(monlist)})...)
}

// TestRecording replays a recording of real clients, see testdata/README.
func TestRecording(t *testing.T) {
	flowtest.Golden(t, "testdata/ntp-tools.pcap.gz", Protocol)
	flowtest.GoldenFields(t, "testdata/ntp-tools.pcap.gz", Protocol)
	flowtest.Conform(t, "testdata/ntp-tools.pcap.gz", Protocol)
}
