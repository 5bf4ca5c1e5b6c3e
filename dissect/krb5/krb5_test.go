package krb5

import (
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

func TestGolden(t *testing.T) {
	flowtest.Golden(t, flowtest.Captures+"krb5-logon.pcap.gz", Protocol)
	flowtest.GoldenFields(t, flowtest.Captures+"krb5-logon.pcap.gz", Protocol)
}

func TestConform(t *testing.T) { flowtest.Conform(t, flowtest.Captures+"krb5-logon.pcap.gz", Protocol) }

// TestSpray wants the names that a password spray tried, with the KDC's answer to each.
func TestSpray(t *testing.T) {
	file := samples.Path(t, "pcap/cred/pcapattack-CredAccess_CA_kerbrute_passwordspray_kerberos_AS-REQ.pcapng")
	res, err := flowtest.Replay(file, Protocol)
	if err != nil {
		t.Fatal(err)
	}
	unknown := map[string]bool{}
	for _, e := range res.Events {
		if a := e.(*event.Authentication); a.Error == 6 || a.Error == 24 {
			unknown[a.User] = true
		}
	}
	if len(unknown) < 5 {
		t.Errorf("refused names %v, want at least 5", unknown)
	}
}

// TestHostAddress wants the machine's name from the request (RFC 4120 §7.5.3, type 20).
func TestHostAddress(t *testing.T) {
	res, err := flowtest.Replay(samples.Path(t, "pcap/benign/ndpi-kerberos.pcap"), Protocol)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Events {
		if a := e.(*event.Authentication); a.User == "johnson-pc$" && a.Workstation == "JOHNSON-PC" {
			return
		}
	}
	t.Error("no request of johnson-pc$ names its workstation")
}

func FuzzStream(f *testing.F) {
	flowtest.FuzzLossy(f, Protocol, flowtest.Always, flowtest.Talks(f, Protocol, flowtest.Captures+"krb5-logon.pcap.gz")...)
}

func TestTruncated(t *testing.T) {
	whole := []byte{0x6a, 0x03, 0x30, 0x01, 0xa1}
	for i := range whole {
		if m, err := Parse(whole[:i]); err == nil {
			t.Errorf("cut at %d gives %+v", i, m)
		}
	}
	if probe(dissect.Orig, []byte{0, 0, 0, 20, 0x6a, 0x12, 0x30, 0x10, 0xa1, 3}, false, 88) != dissect.Yes {
		t.Error("the head of an AS-REQ over TCP is not recognised")
	}
}
